// Requests to GitHub per action against the least that would do, counted by the sandbox's own log.
import { startStage } from "../test/support/running-app.ts";

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly goal?: number;
  readonly ok?: boolean;
}

/** Counts are exact: they do not depend on the machine. */
export async function bench(): Promise<Row[]> {
  const stage = await startStage();
  try {
    const wendy = stage.sandbox.as("wendy");
    const start = async (title: string): Promise<void> => {
      const { number } = wendy.createIssue("acme/shop", { title, body: "It broke.\n" });
      wendy.label(`acme/shop#${number}`, "postmortem");
      await stage.settled();
    };
    const count = async (act: () => void | Promise<void>): Promise<number> => {
      await stage.settled();
      stage.newRequests();
      await act();
      await stage.settled();
      await stage.later(60_000);
      return stage.newRequests().length;
    };
    await start("First: token, configuration, team and labels are read");
    const started = await count(() => start("Second"));
    const noted = await count(() => void wendy.comment("acme/shop#1", '/pm note "failed over"'));
    const ticked = await count(() => {
      for (const key of ["shared", "timeline", "factors", "mitigation", "detection"]) {
        const { id, body } = stage.issue(1).comments[0] ?? { id: 0, body: "" };
        wendy.editComment(id, (body ?? "").replace(`- [ ] <!-- pm:prompt.${key}`, `- [x] <!-- pm:prompt.${key}`));
      }
    });
    const idle = await count(() => stage.later(3_600_000));
    return [
      { name: "calls: start of a postmortem (least: 2)", value: started, goal: 5, ok: started <= 5 },
      { name: "calls: a note by command (least: 2)", value: noted },
      { name: "calls: five clicks together (least: 1)", value: ticked },
      { name: "calls: an hour in which nothing happens", value: idle, goal: 0, ok: idle === 0 },
    ];
  } finally {
    await stage.close();
  }
}
