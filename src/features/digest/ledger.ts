import { isOverdue } from "../../domain/preventive-action.ts";
import type { DigestView } from "../../domain/template-call.ts";
import { days, daysSince, dayOf, type Held, heldBy, isWithin, type Week } from "./week.ts";

/** What became of the preventive actions: in the week, and those open now by type and age. */
export function ledgerOf(week: Week): Pick<DigestView, "ledger" | "types" | "ages"> {
  const all = heldBy(week.counted);
  const open = all.filter(({ action }) => action.status === "open");
  const fromDay = dayOf(week, week.period.from);
  const settled = (status: string): number =>
    all.filter(({ action }) => action.status === status && isWithin(action.settledAt, week.period)).length;
  const ages = agesOf(week, open);
  return {
    ledger: {
      opened: all.filter(({ action }) => isBetween(dayOf(week, action.since), fromDay, week.untilDay)).length,
      delivered: settled("delivered"),
      ticked: settled("ticked"),
      dropped: settled("dropped"),
      open: open.length,
      overdue: open.filter(({ action }) => isOverdue(action, week.day)).length,
    },
    types: TYPES.map((type) => ({
      type: type ?? "no type",
      open: open.filter(({ action }) => action.type === type).length,
    })).filter((one) => one.open > 0),
    ...(ages === undefined ? {} : { ages }),
  };
}

const TYPES = ["prevent", "detect", "mitigate", undefined] as const;
/** Below this, one in ten is nobody. */
const FEWEST_AGES = 10;

function agesOf(week: Week, open: readonly Held[]): DigestView["ages"] | undefined {
  if (open.length < FEWEST_AGES) return undefined;
  const ages = open.map(({ action }) => daysSince(week, action.since)).sort((a, b) => a - b);
  const rank = (share: number): string => days(ages[Math.ceil(share * ages.length) - 1] ?? 0);
  return { half: rank(0.5), tenth: rank(0.9), n: ages.length };
}

function isBetween(day: string, from: string, until: string): boolean {
  return day >= from && day < until;
}
