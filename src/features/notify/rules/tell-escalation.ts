import { defineRule } from "../../../plan/define.ts";

/** Actions that nobody answers for are told once more, with the way to the issue. Restricted incidents are not. */
export default defineRule({
  name: "tell-escalation",
  when: ["remind-due"],
  phase: "after",
  plan({ postmortem, stored, issue, repository, config, today }) {
    if (postmortem === undefined || postmortem.restricted || config.mode !== "active") return [];
    const before = new Set(stored?.actions.filter((action) => action.escalatedAt !== undefined).map(({ key }) => key));
    const passedOn = postmortem.actions.filter(({ key, escalatedAt }) => escalatedAt !== undefined && !before.has(key));
    if (passedOn.length === 0) return [];
    const place = `${issue.ref.owner}/${issue.ref.repo}#${issue.ref.number}`;
    const count = passedOn.length === 1 ? "A preventive action is" : `${passedOn.length} preventive actions are`;
    return [
      {
        kind: "notify",
        installationId: issue.ref.installationId,
        notice: {
          type: "actions.overdue",
          slot: `escalated.${issue.ref.repositoryId}.${issue.ref.number}.${today}`,
          heading: "Overdue preventive actions",
          lines: [
            `${count} overdue, and reminders stayed unanswered.`,
            ...(repository.visibility === "public" ? passedOn.map(({ text }) => text) : []),
          ],
          link: { text: place, url: issue.url },
        },
      },
    ];
  },
});
