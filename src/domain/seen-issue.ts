import { z } from "zod";

/** All that matters to us of an issue, as GitHub showed it at some moment. */
export const SeenIssue = z.object({
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()).readonly(),
  assignees: z.array(z.string()).readonly(),
  author: z.string(),
  state: z.enum(["open", "closed"]),
  stateReason: z.string().optional(),
  createdAt: z.string(),
  /** Of whole seconds. */
  updatedAt: z.string().optional(),
  closedAt: z.string().optional(),
  /** Sub-issues it has, closed ones included: GitHub takes 100. */
  subIssues: z.number().optional(),
  url: z.string(),
});
export type SeenIssue = Readonly<z.infer<typeof SeenIssue>>;
