import { dayIn, addDays } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { WeekFacts } from "../../domain/facts.ts";
import { isOverdue } from "../../domain/preventive-action.ts";
import type { DigestActionView, DigestView, HotspotRowView, SeveralView } from "../../domain/template-call.ts";
import { repeatedIdeas } from "../preventive-actions/ideas.ts";
import { changedViews } from "./changed.ts";
import { clip } from "./clip.ts";
import { costOf, fitRows } from "./fit.ts";
import { hotspotNotes } from "./hotspot-notes.ts";
import { allRow, hotspotRows, openedCount, severalRow, uncategorisedRow } from "./hotspot-rows.ts";
import { ledgerOf } from "./ledger.ts";
import { nextRows } from "./next.ts";
import { byKeys } from "./ordering.ts";
import { readingOf, yearAgoOf } from "./reading.ts";
import { during, labelled, proven, RESTRICTED } from "./search-links.ts";
import { sinceFixedRows } from "./since-fixed.ts";
import { spreadOf } from "./spread.ts";
import { heldBy, isWithin, openedIn, othersOf, type Week, weekFrom } from "./week.ts";

/**
 * The digest of a week, ready to print. The same facts give the same view, byte for byte. However many postmortems there
 * are, what is printed stays below GitHub's 65,536 characters: the folded parts are cut row by row, and say so.
 */
export function compose(facts: WeekFacts): DigestView {
  const week = weekFrom(facts);
  const { rows, quiet } = hotspotRows(week);
  const { next, more } = nextRows(week);
  const screen = {
    week: facts.week.name,
    from: dayIn(facts.timeZone, facts.week.from),
    until: addDays(week.untilDay, -1),
    timeZone: facts.timeZone,
    empty: week.counted.length === 0,
    ...headOf(week),
    next,
    nextMore: more,
    all: allRow(week),
    uncategorised: uncategorisedRow(week),
    several: severalRow(week),
    quiet,
    ...changedViews(week),
    ...ledgerOf(week),
    ...readingOf(week),
    ideas: ideasOf(week),
    ...yearAgoOf(week),
    functions: spreadOf(week),
    previous: facts.previous.toSorted(byKeys(({ number }) => [number])),
    ...outsideOf(week),
  };
  return { ...screen, ...within(ROOM - costOf(screen), week, rows) };
}

/** GitHub's limit is 65,536; the template's own words and the marker take the rest. */
const ROOM = 58_000;
/** Counts under this could give away a single incident that the readers may not know of. */
const FEWEST_WITHHELD = 3;

type Cuttable =
  | "hotspots"
  | "hotspotsCut"
  | "chart"
  | "chartTop"
  | "hotspotNotes"
  | "sinceFixed"
  | "severalList"
  | "severalCut"
  | "severalUnnamed"
  | "actions"
  | "actionsCut"
  | "actionsUnnamed";

/** What is cut when there is too much, dearest first. */
function within(room: number, week: Week, all: readonly HotspotRowView[]): Pick<DigestView, Cuttable> {
  const hotspots = fitRows(all, room);
  const notes = fitRows(hotspotNotes(week), hotspots.room);
  const sinceFixed = fitRows(sinceFixedRows(week), notes.room);
  const several = severalOf(week);
  const severalList = fitRows(several.rows, Math.min(sinceFixed.room, SEVERAL_ROOM));
  const open = actionsOf(week);
  const actions = fitRows(open.rows, sinceFixed.room - (Math.min(sinceFixed.room, SEVERAL_ROOM) - severalList.room));
  const chart = [...hotspots.rows, uncategorisedRow(week)].map(({ title, quarter }) => ({
    label: title,
    n: quarter.n,
  }));
  return {
    hotspots: hotspots.rows,
    hotspotsCut: hotspots.cut,
    chart: chart.some(({ n }) => n > 0) ? chart : [],
    chartTop: Math.max(1, ...chart.map(({ n }) => n)),
    hotspotNotes: notes.rows,
    sinceFixed: sinceFixed.rows,
    severalList: severalList.rows,
    severalCut: severalList.cut,
    severalUnnamed: several.unnamed,
    actions: actions.rows,
    actionsCut: actions.cut,
    actionsUnnamed: open.unnamed,
  };
}

/** The list of actions is worth more than the list of overlaps: that one gets a part of the room only. */
const SEVERAL_ROOM = 12_000;

const MOST_IDEAS = 5;
const MOST_PLACES = 8;

/** What people thought of after several incidents, with the places where they said so. */
function ideasOf({ counted }: Week): NonNullable<DigestView["ideas"]> {
  return repeatedIdeas(counted)
    .slice(0, MOST_IDEAS)
    .map(({ text, postmortems }) => ({
      text: clip(text, 120),
      places: postmortems.slice(0, MOST_PLACES).map(({ title, url }) => ({ title: clip(title, 60), url })),
    }));
}

function headOf(week: Week): Pick<DigestView, "opened" | "closed" | "open" | "reviewing"> {
  const { counted, scope, period, facts } = week;
  const closed = counted.filter(({ issueState, closedAt }) => issueState === "closed" && isWithin(closedAt, period));
  const open = counted.filter(({ issueState }) => issueState === "open");
  const reviewing = open.filter(({ stage }) => stage === "in-review");
  const inReview = labelled(`${facts.config.labels.stage}in-review`);
  return {
    opened: openedCount(week, period, { terms: [], of: counted }),
    closed: proven(scope, ["is:closed", during("closed", period, facts.timeZone)], closed),
    open: proven(scope, ["is:open"], open),
    reviewing: proven(scope, ["is:open", inReview], reviewing),
  };
}

/** Every open action by due day, oldest first; those of restricted incidents only counted. */
function actionsOf(week: Week): { rows: DigestActionView[]; unnamed: number } {
  const open = heldBy(week.counted).filter(({ action }) => action.status === "open");
  const named = open.filter(({ postmortem }) => !postmortem.restricted);
  const rows = named
    .toSorted(byKeys(({ action, postmortem }) => [action.due ?? "9999-12-31", postmortem.url, action.key]))
    .map(({ action, postmortem }) =>
      defined({
        text: clip(action.text, 120),
        title: clip(postmortem.title, 60),
        url: postmortem.url,
        owner: action.owner,
        due: action.due,
        overdue: isOverdue(action, week.day),
      }),
    );
  return { rows, unnamed: open.length - named.length };
}

/** The year's postmortems that touch several categories, newest first: the proof of their row. */
function severalOf(week: Week): { rows: SeveralView[]; unnamed: number } {
  const found = openedIn(week.counted, week.year).filter((postmortem) => othersOf(week, postmortem).length > 0);
  const named = found.filter(({ restricted }) => !restricted);
  const titleOf = (key: string): string => week.facts.categories.find((one) => one.key === key)?.title ?? key;
  const rows = named.toReversed().map((postmortem) => ({
    title: clip(postmortem.title, 80),
    url: postmortem.url,
    main: postmortem.category === undefined ? "uncategorised" : titleOf(postmortem.category),
    others: othersOf(week, postmortem).map(titleOf),
  }));
  return { rows, unnamed: found.length - named.length };
}

function outsideOf({ scope, counted, facts }: Week): Pick<DigestView, "n" | "restricted" | "withheld"> {
  const restricted = counted.filter((postmortem) => postmortem.restricted);
  return defined({
    n: proven(scope, [], counted),
    restricted: restricted.length === 0 ? undefined : proven(scope, [labelled(RESTRICTED)], restricted),
    withheld: facts.withheld < FEWEST_WITHHELD ? undefined : facts.withheld,
  });
}
