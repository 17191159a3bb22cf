import type { Box } from "../../../domain/markdown.ts";

/** A preventive action as its author wrote it, and where. Offsets are UTF-16 units into the body it was read from. */
export interface ParsedAction {
  /** One line: without list marker, owner, due day or status. */
  readonly text: string;
  /** The entry's own first block: sub-lists below it are not part of it. */
  readonly start: number;
  readonly end: number;
  readonly kind: "bullet" | "row" | "prose" | "heading";
  readonly box?: Box;
  /** Counted from 1. */
  readonly line: number;
  /** A login without `@` when written as `@login`, else the name as written. */
  readonly owner?: string;
  readonly ownerKind?: "login" | "name";
  /** `2026-12-01` */
  readonly due?: string;
  readonly type?: "prevent" | "detect" | "mitigate";
  readonly status: "open" | "done" | "dropped" | "na";
  /** Why it was dropped or does not apply. */
  readonly reason?: string;
  /** URLs, `owner/repo#7` and `#7`, in order, each once. */
  readonly links: readonly string[];
  /** Made from the words alone, so it stays the same when the entry moves; repeats get `-2`, `-3`. */
  readonly key: string;
  /** The sub-heading or label above it. */
  readonly under?: string;
  /** Where the owner, the due day and the status are written, marks included. */
  readonly at: Readonly<
    Partial<Record<"owner" | "due" | "status" | "group", { readonly start: number; readonly end: number }>>
  >;
}
