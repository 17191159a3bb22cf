import type { WeekFacts } from "../../../domain/facts.ts";
import { defineWeekRule } from "../../../plan/define.ts";
import { compose } from "../../digest/compose.ts";

/** Rows of the hotspot table that are worth a line. */
const MOST_HOTSPOTS = 5;

/** The week in a few lines, with the way to the digest itself. */
export default defineWeekRule({
  name: "tell-week",
  plan(facts) {
    const { week, home, config, webUrl } = facts;
    if (config.mode !== "active" || facts.postmortems.length === 0) return [];
    const place = `${home.owner}/${home.repo}`;
    return [
      {
        kind: "notify",
        installationId: home.installationId,
        notice: {
          type: "digest.posted",
          slot: `digest.${week.name.toLowerCase()}`,
          heading: `Hotspot digest, week ${week.name}`,
          lines: linesOf(facts),
          link: {
            text: `The digest in ${place}`,
            url: `${webUrl}/${place}/issues?q=${encodeURIComponent("is:issue is:open label:postmortem-digest")}`,
          },
        },
      },
    ];
  },
});

/** Names of categories are words of the repository's own configuration: told only where everybody may read them. */
function linesOf(facts: WeekFacts): string[] {
  const { opened, closed, open, ledger, hotspots } = compose(facts);
  const lines = [
    `Opened ${opened.n}, closed ${closed.n}, now open ${open.n}.`,
    `Preventive actions: ${ledger.delivered} delivered, ${ledger.open} open, ${ledger.overdue} overdue.`,
  ];
  if (facts.home.visibility !== "public") return lines;
  const busy = hotspots.filter(({ quarter }) => quarter.n > 0).slice(0, MOST_HOTSPOTS);
  return [...lines, ...busy.map(({ title, period, quarter }) => `${title}: ${period.n} (13 weeks: ${quarter.n})`)];
}
