import type { Command } from "../../plan/define.ts";
import type { CommandView } from "../../domain/template-call.ts";

/** The commands as help, README and the docs page print them: from one registry. */
export function commandViews(commands: readonly Command[]): CommandView[] {
  return commands.flatMap(({ usage, summary, who, needs }) =>
    usage.map((form, index) => ({
      usage: `/postmortem ${form}`,
      summary: index === 0 ? summary : "",
      who: needs(form.split(" ").slice(1)) ?? who,
    })),
  );
}
