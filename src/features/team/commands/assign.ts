import { z } from "zod";

import { isLogin } from "../../../domain/actor.ts";
import { calm } from "../../../domain/calm.ts";
import type { Change } from "../../../domain/change.ts";
import type { Postmortem, Seat } from "../../../domain/postmortem.ts";
import { refuse } from "../../../domain/refusal.ts";
import { type CommandFacts, defineCommand, type Planned } from "../../../plan/define.ts";
import { chooseFor } from "../choose.ts";

export default defineCommand({
  name: "assign",
  usage: ["assign @login [function]", "assign <function>"],
  summary: "Give a function to somebody, or have the least loaded chosen anew.",
  needs: "triage",
  args: z.array(z.string()).min(1).max(2),
  plan(words, facts) {
    const login = words.find((word) => word.startsWith("@"))?.slice(1);
    const name = words.find((word) => !word.startsWith("@"));
    if (login === undefined && name !== undefined) return chooseAnew(facts, name);
    if (login === undefined) return refuse("Name somebody: `/postmortem assign @alice platform`.");
    return giveTo(facts, login, name);
  },
});

function giveTo(facts: CommandFacts, login: string, name: string | undefined): Planned {
  const { postmortem, now } = facts;
  if (!isLogin(login)) return refuse("Name one person by their login: `/postmortem assign @alice platform`.");
  if (name !== undefined && !knows(facts, name))
    return refuse(`There is no function of that name; there are ${functionsOf(facts)}.`);
  const target = name ?? functionWith(facts, login) ?? "guest";
  const seat: Seat = { function: target, login, by: "person", at: now, candidates: [] };
  return settle(facts, postmortem, seat);
}

function chooseAnew(facts: CommandFacts, name: string): Planned {
  if (!knows(facts, name)) return refuse(`There is no function of that name; there are ${functionsOf(facts)}.`);
  const sitting = facts.postmortem.team
    .filter((seat) => seat.function !== name)
    .flatMap(({ login }) => (login === undefined ? [] : [login]));
  const leaving = facts.postmortem.team.find((seat) => seat.function === name)?.login;
  const seat = chooseFor(name, facts, leaving === undefined ? sitting : [...sitting, leaving]);
  if (seat?.login === undefined) return refuse(calm(seat?.vacant ?? `Nobody is listed for ${name}.`));
  return settle(facts, facts.postmortem, seat);
}

/** The seat is taken; who sat there before leaves the assignees unless another seat is theirs. */
function settle(facts: CommandFacts, postmortem: Postmortem, seat: Seat): Change[] {
  const before = postmortem.team.find((one) => one.function === seat.function);
  const others = postmortem.team.filter((one) => one.function !== seat.function);
  const team =
    before === undefined ? [...postmortem.team, seat] : postmortem.team.map((one) => (one === before ? seat : one));
  const leaves =
    before?.login !== undefined && before.login !== seat.login && !others.some(({ login }) => login === before.login);
  const filled = team.every(({ vacant }) => vacant === undefined);
  return [
    {
      kind: "set-assignees",
      issue: facts.issue.ref,
      add: seat.login === undefined || facts.issue.assignees.includes(seat.login) ? [] : [seat.login],
      remove: leaves && before.login !== undefined ? [before.login] : [],
    },
    {
      kind: "set-labels",
      issue: facts.issue.ref,
      add: [],
      remove: filled && facts.issue.labels.includes("needs-owner") ? ["needs-owner"] : [],
    },
    { kind: "save-postmortem", postmortem: { ...postmortem, team } },
  ];
}

function knows(facts: CommandFacts, name: string): boolean {
  return facts.team.functions.some((one) => one.name === name);
}

function functionWith(facts: CommandFacts, login: string): string | undefined {
  return facts.team.functions.find(({ people }) => people.some((one) => one.toLowerCase() === login.toLowerCase()))
    ?.name;
}

function functionsOf(facts: CommandFacts): string {
  return (
    facts.team.functions.map(({ name }) => `\`${calm(name.replaceAll("`", ""))}\``).join(", ") || "none configured"
  );
}
