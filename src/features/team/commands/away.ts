import { z } from "zod";

import { allows, isLogin } from "../../../domain/actor.ts";
import { addDays, isCalendarDay } from "../../../domain/day.ts";
import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";

export default defineCommand({
  name: "away",
  usage: ["away until <2026-12-01>", "away @login until <2026-12-01>", "away back"],
  summary: "Say that you are away, in all repositories: nobody who is away gets a seat. Of somebody else: maintain.",
  needs: "triage",
  args: z.array(z.string()).min(1).max(4),
  plan(words, { postmortem, actor, role, today }) {
    const who = words.find((word) => word.startsWith("@"))?.slice(1) ?? actor.login;
    if (!isLogin(who)) return refuse("Name one person by their login: `/postmortem away @alice until 2026-12-01`.");
    // An absence counts in every repository of the installation, so nobody is sent away by just anybody.
    if (who.toLowerCase() !== actor.login.toLowerCase() && !allows(role, "maintain"))
      return refuse(
        "Saying so of somebody else takes maintain access: they can write `/postmortem away until …` themselves.",
      );
    const others = postmortem.absences.filter((absence) => absence.who.toLowerCase() !== who.toLowerCase());
    if (words.includes("back"))
      return [{ kind: "save-postmortem", postmortem: { ...postmortem, absences: [...others, ended(who, today)] } }];
    const until = words.find((word) => /^\d/u.test(word));
    if (until === undefined || !isCalendarDay(until))
      return refuse("Write the last day as 2026-12-01: `/postmortem away until 2026-12-01`.");
    if (until < today) return refuse(`${until} is past: name the last day away.`);
    return [
      { kind: "save-postmortem", postmortem: { ...postmortem, absences: [...others, { who, from: today, until }] } },
    ];
  },
});

/** An absence that is over already takes the place of the one before. */
function ended(who: string, today: string): { who: string; from: string; until: string } {
  return { who, from: addDays(today, -1), until: addDays(today, -1) };
}
