import type { TeamFunction } from "../../../domain/facts.ts";
import type { Postmortem } from "../../../domain/postmortem.ts";

/**
 * Who hears of an action that its owner does not answer for: the lead of the owner's function, by the seat in this
 * postmortem, then by membership; for somebody in no function the first lead there is. Undefined where nobody leads.
 */
export function leadOf(
  owner: string | undefined,
  postmortem: Pick<Postmortem, "team">,
  functions: readonly TeamFunction[],
): string | undefined {
  const login = owner?.toLowerCase();
  const seat = postmortem.team.find((one) => one.login?.toLowerCase() === login);
  const own =
    functions.find(({ name, lead }) => lead !== undefined && name === seat?.function) ??
    functions.find(({ lead, people }) => lead !== undefined && people.some((one) => one.toLowerCase() === login)) ??
    functions.find(({ lead }) => lead !== undefined);
  return own?.lead;
}
