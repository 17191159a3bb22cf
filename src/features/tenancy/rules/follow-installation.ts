import { defineTenantRule } from "../../../plan/define.ts";

/** Uninstalled: every row of the tenant goes. Suspended: it is left in peace until that ends. */
export default defineTenantRule({
  name: "follow-installation",
  when: ["installation-changed"],
  plan({ event, installationId }) {
    if (event.kind !== "installation-changed") return [];
    if (event.change === "deleted") return [{ kind: "forget-tenant", installationId }];
    return [{ kind: "save-tenant", installationId, account: event.account, suspended: event.change === "suspended" }];
  },
});
