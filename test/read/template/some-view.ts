import type { TemplateView } from "../../../src/read/template/template-view.ts";

export function someView(view: Partial<TemplateView> = {}): TemplateView {
  return {
    title: "Checkout is down",
    number: 7,
    author: "ana",
    url: "https://github.test/acme/shop/issues/7",
    severity: 2,
    date: "2026-11-21",
    repository: "acme/shop",
    labels: ["postmortem", "area/dns"],
    assignees: [],
    ...view,
  };
}
