/** Small write-ups in our own words, after public talks and everyday operations, with the answers we would accept. */
export interface Sample {
  readonly name: string;
  readonly title: string;
  readonly body: string;
  readonly accepted: readonly string[];
}

/** The eight incidents of "Kubernetes Failure Stories" (Zalando, 2019), retold. */
export const ZALANDO: readonly Sample[] = [
  {
    name: "1",
    title: "Checkout shows only one payment method: ingress proxy killed by the OOM killer",
    body: "## Impact\nThe load balancer answered 502 for several minutes.\n## Contributing factors\n- All teams share one ingress per cluster\n- A slow, unrelated backend kept many requests in flight, and each takes memory\n- The proxy's memory limit was fixed at four times the usual usage and was exhausted",
    accepted: ["resource-pressure"],
  },
  {
    name: "2",
    title: "One team's CronJob flooded the shared cluster with pods and took the API server down",
    body: "A harmless looking manifest had its concurrency policy in the wrong place, so jobs piled up. With the API server gone, the ingress lost its routes and other teams' services answered 404.\n## Lessons learned\n- A quota for the number of pods per namespace\n- Ingress has to keep the last known routes",
    accepted: ["multi-tenancy"],
  },
  {
    name: "3",
    title: "Total DNS outage: CoreDNS OOMKilled",
    body: "A spike in HTTP requests became a spike in DNS queries, and CoreDNS ran into its memory limit.\n## Contributing factors\n- ndots:5 multiplies every lookup\n- no DNS caching in the clients\n- retries",
    accepted: ["dns"],
  },
  {
    name: "4",
    title: "Cluster down after a manual etcdctl del",
    body: "During manual clean-up a recursive delete was run with a stray argument, which removed everything. There was no tested plan for disaster recovery and the backup was old.",
    accepted: ["other"],
  },
  {
    name: "5",
    title: "API latency spikes: nodes sporadically fail to connect to etcd",
    body: "Workers lost the pod network for seconds at a time. The cloud provider confirmed networking problems during maintenance on burstable instances.\n## Stop the bleeding\nRestart the etcd member when it does not answer.",
    accepted: ["dns", "other"],
  },
  {
    name: "6",
    title: "Ingress 5xx during the cluster upgrade",
    body: "The new release moved the flannel backend; old and new nodes could not talk to each other while the upgrade was rolling. Our end-to-end tests created a new cluster and never tried the upgrade path.",
    accepted: ["old-versions"],
  },
  {
    name: "7",
    title: "Kubelet eats all memory of the node",
    body: "After upgrading to Kubernetes 1.12.5 nodes fail one after the other: a memory leak in the kubelet. Reported upstream as kubernetes/kubernetes#73587; we patched the metrics provider out until a fixed version was released.",
    accepted: ["old-versions"],
  },
  {
    name: "8",
    title: "New pods fail: credentials come too late",
    body: "We had scaled down the credentials provider to save resources. Deployments increased, its CPU was throttled, the queue grew to 58,000 entries and could not be worked off fast enough.",
    accepted: ["resource-pressure"],
  },
];

/** The five hotspots of "Hardening Kubernetes Setups" (Giant Swarm, 2018), each as one short incident. */
export const GIANT_SWARM: readonly Sample[] = [
  {
    name: "old versions",
    title: "Memory leak in the API server makes the tenant cluster's API unavailable",
    body: "Upstream issue kubernetes/kubernetes#57992, fixed in 1.11.4 and 1.12.0.",
    accepted: ["old-versions"],
  },
  {
    name: "ingress",
    title: "Ingress controller misconfiguration",
    body: "A faulty ingress object broke the controller's configuration. Many teams write ingress rules freely.",
    accepted: ["ingress"],
  },
  {
    name: "networking and DNS",
    title: "Five second DNS lookups",
    body: "Name resolution from pods took five seconds because of a conntrack race between parallel lookups.",
    accepted: ["dns"],
  },
  {
    name: "resource pressure",
    title: "The load test went bad",
    body: "The customer suspected Calico. It turned out that the instances were saturated: more workers were needed.",
    accepted: ["resource-pressure"],
  },
  {
    name: "multi-tenancy",
    title: "A user with cluster-admin rights deleted another team's namespace",
    body: "Namespaces were not isolated: RBAC gave every team cluster-admin, so one tenant could harm all tenants.",
    accepted: ["multi-tenancy"],
  },
];

/** Everyday incidents of platforms we know, written for these tests. */
export const EVERYDAY: readonly Sample[] = [
  {
    name: "expired wildcard",
    title: "All sites show a browser warning",
    body: "The wildcard certificate at the load balancer expired; cert-manager had failed to renew it for a month.",
    accepted: ["ingress"],
  },
  {
    name: "haproxy reload",
    title: "503 for new hosts",
    body: "HAProxy refused its new configuration because two ingress resources claimed the same host.",
    accepted: ["ingress"],
  },
  {
    name: "cdn",
    title: "Assets unavailable",
    body: "The CDN in front of us had an outage: Fastly answered 503 at every edge location.",
    accepted: ["ingress"],
  },
  {
    name: "ip exhaustion",
    title: "Pods stuck in ContainerCreating",
    body: "The subnet ran out of IP addresses, so the CNI could not assign any to new pods.",
    accepted: ["dns"],
  },
  {
    name: "network policy",
    title: "Orders cannot reach payments",
    body: "A network policy with default deny was rolled out and blocked traffic between the two namespaces.",
    accepted: ["dns"],
  },
  {
    name: "packet loss",
    title: "Intermittent timeouts between nodes",
    body: "Packet loss between two racks caused by an MTU mismatch on the overlay network.",
    accepted: ["dns"],
  },
  {
    name: "disk",
    title: "Logging stopped",
    body: "No space left on device: the log volume was full, and log rotation had never been configured.",
    accepted: ["resource-pressure"],
  },
  {
    name: "connection pool",
    title: "API errors at noon",
    body: "The connection pool to PostgreSQL was exhausted during the lunch traffic peak. We raised the maximum.",
    accepted: ["resource-pressure"],
  },
  {
    name: "autoscaler",
    title: "Slow scale-up",
    body: "A newsletter brought ten times the usual traffic; the cluster autoscaler hit the quota of the cloud account and pods stayed pending.",
    accepted: ["resource-pressure"],
  },
  {
    name: "api removal",
    title: "Deployments fail since Tuesday",
    body: "The cluster was upgraded to 1.25 and the deprecated API for disruption budgets was removed, so old manifests were refused.",
    accepted: ["old-versions"],
  },
  {
    name: "cve",
    title: "Patch for a critical CVE came late",
    body: "We ran an unpatched version for nine days after the security advisory. Upgrading fixed it.",
    accepted: ["old-versions"],
  },
  {
    name: "kernel bug",
    title: "Nodes freeze",
    body: "A kernel bug in the node image froze Docker. It is fixed in version 4.14.96; we rolled back to the older image until then.",
    accepted: ["old-versions"],
  },
  {
    name: "noisy neighbour",
    title: "Batch job starves the web pods",
    body: "A noisy neighbour: one tenant's batch job consumed all CPU of the shared nodes, as its namespace had no resource quota.",
    accepted: ["multi-tenancy"],
  },
  {
    name: "miner",
    title: "Cryptocurrency miner in a customer's namespace",
    body: "An attacker used a privileged container to mine Monero; every other tenant on the node was slowed down.",
    accepted: ["multi-tenancy"],
  },
  {
    name: "deleted database",
    title: "Production database dropped",
    body: "An engineer ran the clean-up script against the wrong environment and dropped the customer table. We restored it from the backup.",
    accepted: ["other"],
  },
  {
    name: "leaked key",
    title: "API key committed to a public repository",
    body: "The access key was exposed for two hours. We revoked it and rotated all credentials.",
    accepted: ["other"],
  },
  {
    name: "cloud outage",
    title: "Region down",
    body: "An AWS outage in one availability zone. The provider restored power after three hours; we waited.",
    accepted: ["other"],
  },
  {
    name: "migration",
    title: "Database migration locked the orders table",
    body: "The schema migration failed half-way through and had to be reverted by hand.",
    accepted: ["other"],
  },
  {
    name: "app bug",
    title: "Prices shown without tax",
    body: "A deployment contained a bug in our code for rounding. We reverted the commit and added a test.",
    accepted: ["other"],
  },
  {
    name: "monitoring gap",
    title: "Backups had silently failed for three weeks",
    body: "The cron job failed and no alert existed for it, so nobody noticed.",
    accepted: ["other"],
  },
];
