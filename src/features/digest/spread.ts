import type { DigestView } from "../../domain/template-call.ts";
import { isWithin, type Week } from "./week.ts";

/** Per function: the fewest and the most seats that one person was given in 13 weeks. Never who. */
export function spreadOf(week: Week): DigestView["functions"] {
  const seats = week.counted
    .flatMap(({ team }) => team)
    .filter(({ login, at }) => login !== undefined && isWithin(at, week.quarter));
  return week.facts.functions.map(({ name, people }) => {
    const given = seats.filter((seat) => seat.function === name);
    const counts = people.map((person) => given.filter(({ login }) => isSame(login, person)).length);
    return {
      name,
      least: Math.min(...(counts.length === 0 ? [0] : counts)),
      most: Math.max(0, ...counts),
      n: given.length,
      people: people.length,
      away: people.filter((person) => isAway(week, person)).length,
    };
  });
}

function isAway({ facts, day }: Week, person: string): boolean {
  return facts.absences.some(({ who, from, until }) => isSame(who, person) && from <= day && day <= until);
}

/** Logins are the same whatever their case, with or without @. */
function isSame(a: string | undefined, b: string): boolean {
  return a?.replace(/^@/u, "").toLowerCase() === b.replace(/^@/u, "").toLowerCase();
}
