import { defined } from "../../domain/defined.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
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
  const met = new Map(fresh.map((postmortem) => [postmortem, missing(week, postmortem, all)]));
  const meeting = [...met.values()].filter((found) => found.length > 0);
  if (meeting.length === 0) return undefined;
  const oldest = meeting
    .flat()
    .filter(({ postmortem }) => !postmortem.restricted)
    .toSorted(byKeys(({ action, postmortem }) => [dayOf(week, action.since), postmortem.url, action.key]))[0];
  return defined({
    met: meeting.length,
    of: fresh.length,
    oldest:
      oldest === undefined
        ? undefined
        : {
            text: clip(oldest.action.text, 100),
            url: oldest.postmortem.url,
            age: days(daysSince(week, oldest.action.since)),
            state: oldest.action.status === "dropped" ? "dropped" : "open",
          },
  });
}

function missing(week: Week, postmortem: Postmortem, all: readonly Postmortem[]): Held[] {
  const openedOn = dayOf(week, postmortem.openedAt);
  const earlier = all.filter(({ openedAt }) => Date.parse(openedAt) < Date.parse(postmortem.openedAt));
  return heldBy(earlier).filter(
    ({ action }) => (action.status === "open" || action.status === "dropped") && dayOf(week, action.since) <= openedOn,
  );
}
