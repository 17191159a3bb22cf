import { z } from "zod";

import { isLogin } from "../../../domain/actor.ts";
import { type Postmortem, mayMove, type Stage } from "../../../domain/postmortem.ts";
import { refuse } from "../../../domain/refusal.ts";
import { type CommandFacts, defineCommand, type Planned } from "../../../plan/define.ts";

export default defineCommand({
  name: "review",
  usage: ["review [@reviewer]", "review ok", "review back"],
  summary: "Ask for a review, say that it is done (not by the author), or send it back to draft.",
  needs: "triage",
  args: z.array(z.string()).max(1),
  plan([word], facts) {
    if (word === undefined || word.startsWith("@")) return ask(facts, word?.slice(1));
    if (word === "back") return move(facts, "draft", {});
    if (word !== "ok" && word !== "done")
      return refuse("Write it as `/postmortem review`, `/postmortem review ok` or `/postmortem review back`.");
    return approve(facts);
  },
});

function ask(facts: CommandFacts, reviewer: string | undefined): Planned {
  if (reviewer !== undefined && !isLogin(reviewer))
    return refuse("Name one person by their login: `/postmortem review @alice`.");
  if (reviewer !== undefined && same(reviewer, facts.postmortem.author))
    return refuse("The reviewer is somebody who did not write it.");
  return move(facts, "in-review", reviewer === undefined ? {} : { reviewer });
}

function approve(facts: CommandFacts): Planned {
  const { postmortem, actor, now } = facts;
  if (same(actor.login, postmortem.author))
    return refuse("The reviewer is somebody who did not write it: ask a colleague for `/postmortem review ok`.");
  if (postmortem.stage === "draft")
    return refuse("It is still a draft: `/postmortem review` asks for the review first.");
  return move(facts, "reviewed", { reviewer: actor.login, reviewedAt: now });
}

function move({ postmortem }: CommandFacts, stage: Stage, extra: Partial<Postmortem>): Planned {
  if (postmortem.stage === stage) return [{ kind: "save-postmortem", postmortem: { ...postmortem, ...extra } }];
  if (postmortem.stage === "closed") return refuse("It is closed: reopen the issue first.");
  if (!mayMove(postmortem.stage, stage))
    return refuse(`It is ${postmortem.stage} and cannot become ${stage} from there.`);
  return [{ kind: "save-postmortem", postmortem: { ...postmortem, ...extra, stage } }];
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
