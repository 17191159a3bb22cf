import type { IssueFacts, TeamFunction } from "../../domain/facts.ts";
import type { Candidate, Seat } from "../../domain/postmortem.ts";
import { draw } from "./draw.ts";

/**
 * One person per function: least loaded first (open postmortems, then seats of the last 90 days, then a seeded draw),
 * nobody twice, never anybody who is away or at the cap. When the first choices collide, an earlier function gives
 * way to its next best, so that as many seats as possible are filled.
 */
export function chooseTeam(facts: IssueFacts, taken: readonly string[] = []): Seat[] {
  const functions = facts.team.functions.filter((one) => isWanted(one, facts));
  const ledgers = functions.map((one) => candidatesOf(one, facts, taken));
  const seated = match(ledgers.map((ledger) => ledger.filter(isEligible).map(({ login }) => login)));
  return functions.map((one, index) => seatOf(facts, one.name, { ledger: ledgers[index] ?? [], login: seated[index] }));
}

/** Who sits in one function when it is filled anew. */
export function chooseFor(name: string, facts: IssueFacts, taken: readonly string[]): Seat | undefined {
  const one = facts.team.functions.find((known) => known.name === name);
  if (one === undefined) return undefined;
  const ledger = candidatesOf(one, facts, taken);
  return seatOf(facts, name, { ledger, login: ledger.find(isEligible)?.login });
}

/** Everybody of a function in the order of choice, with the scores that led to it. */
export function candidatesOf(one: TeamFunction, facts: IssueFacts, taken: readonly string[]): Candidate[] {
  const { ref } = facts.issue;
  return [...new Set(one.people)]
    .map((login) => {
      const load = facts.team.loads.get(login.toLowerCase()) ?? { open: 0, recent: 0 };
      const seed = `${ref.repositoryId}#${ref.number}:${one.name}:${login.toLowerCase()}`;
      const skipped = whySkipped(login, facts, { open: load.open, taken });
      return {
        login,
        open: load.open,
        recent: load.recent,
        draw: draw(seed),
        ...(skipped === undefined ? {} : { skipped }),
      };
    })
    .sort(byLoad);
}

export function byLoad(a: Candidate, b: Candidate): number {
  return a.open - b.open || a.recent - b.recent || (a.draw < b.draw ? -1 : 1);
}

function isEligible(candidate: Candidate): boolean {
  return candidate.skipped === undefined;
}

/** A function tied to categories is wanted for them, and while the category is not known. */
function isWanted(one: TeamFunction, facts: IssueFacts): boolean {
  if (one.affinity.length === 0) return true;
  const { postmortem } = facts;
  const known = postmortem?.category;
  if (known === undefined) return true;
  return [known, ...(postmortem?.contributing ?? [])].some((category) => one.affinity.includes(category));
}

function whySkipped(
  login: string,
  facts: IssueFacts,
  load: { open: number; taken: readonly string[] },
): string | undefined {
  const same = (other: string): boolean => other.toLowerCase() === login.toLowerCase();
  const absence = facts.team.absences.find(
    ({ who, from, until }) => same(who) && from <= facts.today && facts.today <= until,
  );
  if (absence !== undefined) return `away until ${absence.until}`;
  if (load.taken.some(same)) return "has a seat on this one already";
  const cap = facts.config.team["max-open"];
  if (cap !== undefined && load.open >= cap) return `holds ${load.open} open, the cap is ${cap}`;
  return undefined;
}

function seatOf(
  facts: IssueFacts,
  name: string,
  chosen: { ledger: readonly Candidate[]; login: string | undefined },
): Seat {
  const base = { function: name, by: "app" as const, at: facts.now, candidates: [...chosen.ledger] };
  if (chosen.login !== undefined) return { ...base, login: chosen.login };
  return { ...base, vacant: whyVacant(name, chosen.ledger) };
}

function whyVacant(name: string, ledger: readonly Candidate[]): string {
  if (ledger.length === 0) return `Nobody is listed for ${name}, or the team could not be read.`;
  const reasons = ledger.map(({ login, skipped }) => `${login}: ${skipped ?? "chosen for another function"}`);
  return `Nobody of ${name} can take it (${reasons.join("; ")}).`;
}

/** Kuhn's matching, each function in turn, each list in order of preference. */
function match(preferences: readonly (readonly string[])[]): (string | undefined)[] {
  const holder = new Map<string, number>();
  function seat(index: number, tried: Set<string>): boolean {
    const list = preferences[index] ?? [];
    const free = list.find((login) => !holder.has(key(login)) && !tried.has(key(login)));
    for (const login of free === undefined ? list : [free]) {
      if (tried.has(key(login))) continue;
      tried.add(key(login));
      const other = holder.get(key(login));
      if (other !== undefined && !seat(other, tried)) continue;
      holder.set(key(login), index);
      return true;
    }
    return false;
  }
  preferences.forEach((_, index) => seat(index, new Set()));
  return preferences.map((list, index) => list.find((login) => holder.get(key(login)) === index));
}

function key(login: string): string {
  return login.toLowerCase();
}
