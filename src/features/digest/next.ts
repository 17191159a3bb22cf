import { daysBetween } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import { isOverdue } from "../../domain/preventive-action.ts";
import type { NextView } from "../../domain/template-call.ts";
import { clip } from "./clip.ts";
import { byKeys } from "./ordering.ts";
import { days, daysSince, type Held, heldBy, type Week } from "./week.ts";

/** The few things that are worth somebody's morning, most pressing first, and how many more there are. */
export function nextRows(week: Week): { next: NextView[]; more: number } {
  // Restricted incidents are counted elsewhere; here everything has a name.
  const named = week.counted.filter(({ restricted }) => !restricted);
  const kinds = [
    { rows: overdueRows(week, named.filter(isGrave)), first: 3 },
    { rows: vacantRows(week, named), first: 1 },
    { rows: unreviewedRows(week, named), first: 1 },
    {
      rows: overdueRows(
        week,
        named.filter((postmortem) => !isGrave(postmortem)),
      ),
      first: 0,
    },
    { rows: uncategorisedRows(week, named), first: 0 },
  ];
  const firsts = kinds.map(({ rows, first }) => rows.slice(0, first));
  let room = MOST - firsts.flat().length;
  const next = kinds.flatMap(({ rows, first }, index) => {
    const extra = rows.slice(first, first + room);
    room -= extra.length;
    return [...(firsts[index] ?? []), ...extra];
  });
  return { next, more: kinds.flatMap(({ rows }) => rows).length - next.length };
}

/** Five rows are read; ten are scrolled past. */
const MOST = 5;
/** Days after which a grave incident should have been reviewed, and any that waits for its review or its category. */
const REVIEW_GRAVE = 14;
const WAITING = 7;

function isGrave({ severity }: Postmortem): boolean {
  return severity !== undefined && severity <= 2;
}

function overdueRows(week: Week, postmortems: readonly Postmortem[]): NextView[] {
  return heldBy(postmortems)
    .filter(({ action }) => isOverdue(action, week.day))
    .toSorted(
      byKeys(({ postmortem, action }: Held) => [rank(postmortem), action.due ?? "", postmortem.url, action.key]),
    )
    .map(({ postmortem, action }) =>
      defined({
        ...nextOf(postmortem, `Overdue action, severity ${postmortem.severity ?? "unknown"}`),
        text: clip(action.text, 120),
        owner: action.owner,
        age: `${days(daysBetween(action.due ?? week.day, week.day))} overdue`,
      }),
    );
}

function vacantRows(week: Week, postmortems: readonly Postmortem[]): NextView[] {
  return oldestFirst(
    postmortems.filter(
      ({ issueState, team }) => issueState === "open" && team.some(({ login }) => login === undefined),
    ),
  ).map((postmortem) => {
    const seats = postmortem.team.filter(({ login }) => login === undefined).map((seat) => seat.function);
    return { ...nextOf(postmortem, `Nobody sits for ${seats.join(", ")}`), age: openFor(week, postmortem) };
  });
}

function unreviewedRows(week: Week, postmortems: readonly Postmortem[]): NextView[] {
  return oldestFirst(postmortems.filter((postmortem) => lacksReview(week, postmortem))).map((postmortem) =>
    defined({
      ...nextOf(postmortem, postmortem.stage === "in-review" ? "Waits for its review" : "Not yet in review"),
      owner: postmortem.stage === "in-review" ? (postmortem.reviewer ?? teamOf(postmortem)) : teamOf(postmortem),
      age: openFor(week, postmortem),
    }),
  );
}

function teamOf({ team }: Postmortem): string | undefined {
  const logins = [...new Set(team.flatMap(({ login }) => (login === undefined ? [] : [login])))];
  return logins.length === 0 ? undefined : logins.join(", ");
}

function lacksReview(week: Week, postmortem: Postmortem): boolean {
  if (postmortem.issueState === "closed") return false;
  const age = daysSince(week, postmortem.openedAt);
  if (postmortem.stage === "in-review") return age >= WAITING;
  return postmortem.stage === "draft" && isGrave(postmortem) && age >= REVIEW_GRAVE;
}

function uncategorisedRows(week: Week, postmortems: readonly Postmortem[]): NextView[] {
  return oldestFirst(
    postmortems.filter(
      ({ issueState, category, openedAt }) =>
        issueState === "open" && category === undefined && daysSince(week, openedAt) >= WAITING,
    ),
  ).map((postmortem) => ({ ...nextOf(postmortem, "No category yet"), age: openFor(week, postmortem) }));
}

function nextOf({ title, url }: Postmortem, what: string): Pick<NextView, "what" | "title" | "url"> {
  return { what, title: clip(title, 80), url };
}

function oldestFirst(postmortems: readonly Postmortem[]): Postmortem[] {
  return postmortems.toSorted(byKeys((one) => [rank(one), Date.parse(one.openedAt), one.url]));
}

/** Severity as a rank; unknown comes last. */
function rank({ severity }: Postmortem): number {
  return severity ?? 5;
}

function openFor(week: Week, { openedAt }: Postmortem): string {
  return `open for ${days(daysSince(week, openedAt))}`;
}
