import { defineWeekRule } from "../../../plan/define.ts";
import { compose } from "../compose.ts";

/** One digest a week: the slot names the week, so that asking again brings the same issue up to date. */
export default defineWeekRule({
  name: "post-weekly",
  plan(facts) {
    const { week, home, previous, config, event } = facts;
    if (config.mode === "dry-run") return [];
    // A quiet repository gets one only when a maintainer asks for it.
    if (config.mode === "quiet" && !(event.kind === "digest-due" && event.asked)) return [];
    return [
      {
        kind: "open-issue",
        installationId: home.installationId,
        owner: home.owner,
        repo: home.repo,
        slot: `digest.${week.name.toLowerCase()}`,
        title: `Hotspot digest, week ${week.name}`,
        labels: ["postmortem-digest"],
        call: { template: "digest/weekly", view: compose(facts) },
        supersedes: previous.map(({ number }) => number).toSorted((a, b) => a - b),
      },
    ];
  },
});
