import { z } from "zod";

import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { freeText } from "../../../plan/slash.ts";
import { alike } from "../ideas.ts";

/** The status comment holds them: it has no room for more. */
const MOST_IDEAS = 30;
const MOST_TEXT = 200;

export default defineCommand({
  name: "idea",
  usage: ['idea "what could be done"', "idea drop <n>"],
  summary:
    "Park an idea that nobody has decided on: it never keeps an issue open, and the digest tells when it comes back.",
  needs: "triage",
  args: z.array(z.string()).min(1),
  plan(words, { postmortem, actor, now, call }) {
    const ideas = postmortem.ideas ?? [];
    if (words[0] === "drop") {
      const place = Number(words[1]);
      if (words.length !== 2 || ideas[place - 1] === undefined)
        return refuse("Name an idea by its number in the status comment: `/postmortem idea drop 1`.");
      const rest = ideas.filter((_, index) => index !== place - 1);
      return [{ kind: "save-postmortem", postmortem: { ...postmortem, ideas: rest } }];
    }
    const text = freeText(call);
    if (text === "" || text.length > MOST_TEXT)
      return refuse(`Say it in up to ${MOST_TEXT} characters: \`/postmortem idea "a canary for node images"\`.`);
    if (ideas.some((idea) => alike(idea.text, text))) return refuse("That idea is parked here already.");
    if (ideas.length >= MOST_IDEAS) return refuse(`${MOST_IDEAS} ideas are parked here: drop one first.`);
    return [
      { kind: "save-postmortem", postmortem: { ...postmortem, ideas: [...ideas, { text, by: actor.login, at: now }] } },
    ];
  },
});
