import { defined } from "../../domain/defined.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { Day } from "../../domain/preventive-action.ts";
import type { HotspotNoteView } from "../../domain/template-call.ts";
import { clip } from "./clip.ts";
import { byKeys } from "./ordering.ts";
import { dayOf, days, daysSince, type Held, heldBy, ofCategory, openedIn, type Week } from "./week.ts";

/** For each category of the week: what we already knew, and one piece of advice, another one each week. */
export function hotspotNotes(week: Week): HotspotNoteView[] {
  return week.facts.categories.flatMap(({ key, title, advice }) => {
    const all = ofCategory(week, key);
    const fresh = openedIn(all, week.period);
    const tip = advice[Number(week.facts.week.name.slice(-2)) % Math.max(1, advice.length)];
    const known = alreadyKnown(week, fresh, all);
    return fresh.length === 0 || (tip === undefined && known === undefined)
      ? []
      : [defined({ title, known, advice: tip })];
  });
}

/** How many of the new ones meet an earlier action of their category that is still open or was dropped. */
function alreadyKnown(week: Week, fresh: readonly Postmortem[], all: readonly Postmortem[]): HotspotNoteView["known"] {
  const missing = heldBy(all)
    .filter(({ action }) => action.status === "open" || action.status === "dropped")
    .map((held): Missing => ({ ...held, since: dayOf(week, held.action.since) }))
    .toSorted(byKeys(({ since, postmortem, action }) => [since, postmortem.url, action.key]));
  const meeting = fresh.filter((postmortem) => missing.some((one) => isBefore(week, one, postmortem)));
  if (meeting.length === 0) return undefined;
  const oldest = missing.find(
    (one) => !one.postmortem.restricted && meeting.some((postmortem) => isBefore(week, one, postmortem)),
  );
  return defined({
    met: meeting.length,
    of: fresh.length,
    oldest: oldest === undefined ? undefined : oldestView(week, oldest),
  });
}

/** An action that is not in place, and the day from which it was known. */
interface Missing extends Held {
  readonly since: Day;
}

function isBefore(week: Week, missing: Missing, postmortem: Postmortem): boolean {
  return (
    Date.parse(missing.postmortem.openedAt) < Date.parse(postmortem.openedAt) &&
    missing.since <= dayOf(week, postmortem.openedAt)
  );
}

function oldestView(week: Week, { action, postmortem, since }: Missing) {
  return {
    text: clip(action.text, 100),
    url: postmortem.url,
    age: days(daysSince(week, since)),
    state: action.status === "dropped" ? "dropped" : "open",
  };
}
