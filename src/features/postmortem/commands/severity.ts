import { z } from "zod";

import { Severity } from "../../../domain/postmortem.ts";
import { defineCommand } from "../../../plan/define.ts";
import { severityStep } from "../labels.ts";

export default defineCommand({
  name: "severity",
  usage: ["severity <1-4>"],
  summary: "Say how bad the incident was; 1 is the worst. Due days that were supplied follow.",
  needs: "triage",
  args: z
    .tuple([z.string()])
    .transform(([word]) => Number(word.replace(/^sev-?/iu, "")))
    .pipe(Severity),
  plan(severity, { postmortem, issue, config }) {
    return [
      { kind: "set-labels", issue: issue.ref, ...severityStep(issue.labels, severity, config) },
      { kind: "save-postmortem", postmortem: { ...postmortem, severity } },
    ];
  },
});
