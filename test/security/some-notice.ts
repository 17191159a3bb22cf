import type { ChangeOf, Notice } from "../../src/domain/change.ts";
import { InstallationId } from "../../src/domain/ids.ts";

export const NOTICE: Notice = {
  type: "digest.posted",
  slot: "digest.2026-w47",
  heading: "Hotspot digest, week 2026-W47",
  lines: ["Opened 2."],
  link: { text: "The digest", url: "https://github.com/acme/shop/issues?q=a" },
};

export function someTold(notice: Notice = NOTICE): ChangeOf<"notify"> {
  return { kind: "notify", installationId: InstallationId.parse(7), notice };
}
