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

/** Incidents of the kinds that other companies have published, retold from memory or made up: [answer, title, body]. */
export const ELSEWHERE: readonly (readonly [string, string, string])[] = [
  [
    "other",
    "Accidental removal of the primary database directory",
    "While fighting replication lag an engineer removed the data directory on what was believed to be the secondary. It was the primary. Backups by pg_dump had been failing silently because of a version mismatch of the client; LVM snapshots were six hours old.",
  ],
  [
    "resource-pressure",
    "Global CPU exhaustion on edge servers",
    "A new firewall rule with a badly backtracking regular expression used all CPU on every machine that serves HTTP. We turned the rule set off globally.",
  ],
  [
    "old-versions",
    "314 minutes down after moving from 1.23 to 1.24",
    "The label for control plane nodes changed its name in the new version; route reflectors of Calico were selected by the old name, so routes vanished as soon as the upgrade reached the masters. We restored etcd from backup.",
  ],
  [
    "multi-tenancy",
    "Pods of the hosted product preempted",
    "We introduced pod priorities. A new cluster of another customer with higher priority preempted ingesters of existing customers, which could not be scheduled elsewhere.",
  ],
  [
    "resource-pressure",
    "Logging sidecars overwhelm Kafka",
    "When the messaging cluster became slow, sidecars used more CPU, nodes became not ready and pods were rescheduled again and again; consul gossip collapsed under load.",
  ],
  [
    "old-versions",
    "Automatic security update restarts systemd-networkd",
    "An unattended package update of systemd was applied to all nodes at once; restarting the network daemon deleted the routes that the CNI had installed.",
  ],
  [
    "dns",
    "Stale answers after the resolver's IPs changed",
    "Clients with a long TTL kept asking retired addresses; half of all requests ended with host not found.",
  ],
  [
    "dns",
    "BGP session flapped and withdrew our prefixes",
    "A maintenance command on the backbone disconnected all data centers; our DNS servers stopped announcing their routes.",
  ],
  [
    "ingress",
    "Customers saw each other's sessions",
    "The CDN cached Set-Cookie headers after a configuration change at the edge, so users received somebody else's session.",
  ],
  [
    "other",
    "Login fails for everybody: signing key expired",
    "The identity provider's token signing key had an expiry date nobody knew about. Rotating it fixed the login.",
  ],
  [
    "resource-pressure",
    "Redis out of memory",
    "The cache had no eviction policy; keys piled up until maxmemory was reached and writes were refused.",
  ],
  [
    "other",
    "Bad feature flag",
    "A flag was switched on for all users before the backend was deployed. Checkout threw a null pointer exception until we turned it off.",
  ],
  [
    "multi-tenancy",
    "Kubernetes dashboard was open to the internet",
    "Without a password anybody could start pods; somebody mined cryptocurrency on our account for weeks.",
  ],
  [
    "ingress",
    "ELB targets deregistered during rollout",
    "Pods were terminated before the load balancer stopped sending them requests, so each deployment caused a burst of 502s. We added a preStop sleep and connection draining.",
  ],
  [
    "resource-pressure",
    "Hub nodes were full on the first day of classes",
    "400 students logged in within ten minutes. The autoscaler needs eight minutes for a node and the placeholder pods were too few.",
  ],
  [
    "other",
    "Course site billing account was closed",
    "The subscription with the cloud provider was cancelled automatically when the credit ran out; all virtual machines were stopped.",
  ],
  [
    "old-versions",
    "Notebook image upgrade broke kernels",
    "The new release of a Python package was incompatible with the pinned notebook server; every kernel died at start. We pinned the old version again.",
  ],
  [
    "resource-pressure",
    "Too many volumes attached",
    "A node can hold only 16 disks; the scheduler put more users on it than disks could be attached, so new sessions timed out.",
  ],
  [
    "old-versions",
    "Proxy memory leak",
    "configurable-http-proxy has a known bug that leaks sockets; version 4.2 fixes it. We restarted daily until we could upgrade.",
  ],
  [
    "other",
    "A service account key was pushed to GitHub",
    "A student found the JSON key in a public commit. We deleted the key within minutes and reviewed the audit log.",
  ],
  [
    "resource-pressure",
    "Root filesystem full on the database host",
    "The archive of write-ahead logs grew to 400 GB. Posts failed for eleven minutes until it was cleared.",
  ],
  [
    "other",
    "Fire in the data center",
    "OVH's building burned; our two machines there are lost. We rebuilt from off-site backups.",
  ],
  ["other", "Hardware failure of a hypervisor", "The RAID controller died; VMs were moved to another host by hand."],
  [
    "dns",
    "Node-local cache pointed at itself",
    "After a node restart resolv.conf listed the cache as its own upstream and every lookup looped.",
  ],
  [
    "ingress",
    "Traefik lost its ACME store",
    "A restart with an empty volume asked Let's Encrypt for all certificates again and ran into its rate limit; sites served the self-signed default.",
  ],
  [
    "dns",
    "Istio sidecars lost the control plane",
    "Pilot could not push new endpoints, so sidecars sent traffic to pods that no longer existed, and mTLS handshakes inside the mesh failed.",
  ],
  [
    "multi-tenancy",
    "Runaway query of one customer slows everybody",
    "A single customer scheduled an export over five years on the shared database; others waited up to a minute. We now limit queries per customer.",
  ],
  [
    "resource-pressure",
    "Docker Hub refuses pulls",
    "Anonymous pulls from our NAT address exceeded the rate limit; new pods stayed in ImagePullBackOff.",
  ],
  [
    "old-versions",
    "gp2 volumes will not attach after EKS 1.23",
    "The in-tree EBS plugin was replaced by the CSI driver in this version and we had not installed the add-on, so stateful pods hung.",
  ],
  [
    "other",
    "Race in our job scheduler",
    "Two workers picked the same job because the lock was released too early. Invoices were sent twice.",
  ],
  [
    "other",
    "GitHub was down, so were our deploys",
    "GitHub had an outage for two hours. Nothing we could do but wait.",
  ],
  [
    "resource-pressure",
    "API server unresponsive",
    "An operator listed all config maps every second; the API server and etcd ran out of memory.",
  ],
  [
    "ingress",
    "Wrong host in annotation took over the main site",
    "A developer's ingress claimed the apex domain; nginx merged both and sent the main site's visitors to a test app.",
  ],
  [
    "other",
    "Time zone mistake stopped the nightly export",
    "The cron entry was moved to UTC and ran before the import had ended.",
  ],
  [
    "dns",
    "Security group change cut the workers off",
    "A Terraform run removed the rule that lets nodes talk to the control plane; kubelets went NotReady.",
  ],
  [
    "old-versions",
    "OpenSSL patch came too late",
    "We were still on a release from before the advisory. Scanners found the hole and we patched at night.",
  ],
  [
    "resource-pressure",
    "Search cluster turned read-only",
    "Disk use passed the flood stage watermark, so indices were blocked for writes.",
  ],
  [
    "other",
    "Monitoring was blind for a weekend",
    "Prometheus' configuration had a wrong label and every alert was dropped. We noticed by chance.",
  ],
  [
    "dns",
    "No new pods in zone b",
    "The subnet had no free addresses left; aws-node logged InsufficientFreeAddressesInSubnet.",
  ],
  [
    "other",
    "Message loss after failover of the database",
    "Promotion of the replica happened while it was ten minutes behind; orders of that time are lost.",
  ],
  [
    "other",
    "[Resolved] Elevated error rates",
    "We are currently investigating elevated error rates on the API. Update: a fix has been implemented and we are monitoring the results. This incident has been resolved.",
  ],
  [
    "other",
    "Build agents offline",
    "Agents in the Linux pool went offline. We restarted the controller and they came back.",
  ],
  [
    "resource-pressure",
    "wiki down",
    "apache had all 256 workers busy because of a crawler from one IP range. blocked it.",
  ],
  [
    "dns",
    "mail delayed",
    "Our resolver at the hoster stopped answering; postfix could not look up MX records. Switched to another resolver.",
  ],
  [
    "ingress",
    "git.example.org gives certificate warning",
    "acme client cronjob was disabled during migration, cert ran out last night, renewed manually",
  ],
  [
    "old-versions",
    "Mastodon federation stopped",
    "Sidekiq crashed after the update to Ruby 3.1 since a gem is incompatible. Rolled back to the previous image.",
  ],
  [
    "other",
    "Ceph OSDs lost",
    "Two disks died on the same host within an hour and the pool became degraded. We replaced both drives and waited for recovery.",
  ],
  [
    "resource-pressure",
    "hub spawns failing",
    "All user pods pending: quota 'IN_USE_ADDRESSES' exceeded in region, the autoscaler could not add nodes. Asked Google for more.",
  ],
  [
    "old-versions",
    "GKE auto-upgraded master overnight",
    "The control plane was upgraded automatically to 1.16 and our old helm charts using apps/v1beta1 deployments could not be applied any more.",
  ],
  [
    "dns",
    "NFS mounts hang on new nodes",
    "New nodes are in another subnet, and the NFS server's firewall does not let them in.",
  ],
  [
    "other",
    "NFS server rebooted",
    "The NFS VM was rebooted by the cloud provider for host maintenance, all home directories were unavailable for 20 minutes.",
  ],
  [
    "resource-pressure",
    "NFS very slow",
    "The disk of the home directory server reached its IOPS limit when a class started; we moved to a larger disk.",
  ],
  [
    "other",
    "hub database locked",
    "sqlite database is locked after the pod was killed uncleanly. Removed the lock file and restarted.",
  ],
  [
    "multi-tenancy",
    "Student script kills hub",
    "A student started a fork bomb in a shared server and everyone else on the node lost their session. There was no process limit per user.",
  ],
  [
    "ingress",
    "Websockets drop every minute",
    "The new AWS load balancer closes idle connections after 60 seconds. Raised the idle timeout.",
  ],
  [
    "resource-pressure",
    "Proxy pod evicted",
    "The proxy pod was evicted from a node with memory pressure as it had no requests, and users were cut off.",
  ],
  [
    "other",
    "Secrets rotated, pipelines red",
    "We rotated the deploy token and forgot the copy in the CI variables; all pipelines failed with 401.",
  ],
  ["old-versions", "CVE-2021-44228", "Log4Shell: our Elasticsearch was on 7.10. Patched the same evening."],
  [
    "other",
    "Wrong branch deployed to production",
    "The release job took develop because a variable was empty. Redeployed the tag.",
  ],
  [
    "dns",
    "Consul lost quorum after network split",
    "A switch reboot partitioned the racks for two minutes and consul could not elect a leader.",
  ],
  [
    "ingress",
    "Maintenance page served for hours",
    "The nginx map that switches the maintenance page on was not removed from one of the two proxies.",
  ],
  [
    "resource-pressure",
    "Graylog journal full",
    "Elasticsearch could not keep up with the log volume of a debug deployment, the journal filled and messages were lost.",
  ],
  [
    "multi-tenancy",
    "One customer's webhook loop",
    "A customer built a loop of webhooks which created two million events in the shared queue, delaying everyone else's events by hours.",
  ],
  [
    "other",
    "Payment provider outage",
    "Our payment provider had problems from 10 to 12. Customers could not pay by card.",
  ],
  [
    "old-versions",
    "Docker hangs on kernel 4.15",
    "Containers could not be killed: a known kernel issue (unregister_netdevice). Upgrading the kernel helped.",
  ],
  [
    "dns",
    "Random timeouts to the database",
    "conntrack table was full on two nodes: nf_conntrack: table full, dropping packet.",
  ],
  ["other", "Clock change sent reports twice", "The scheduler ran the 02:30 job two times when daylight saving ended."],
  ["ingress", "GeoIP block locked out customers", "A WAF rule at Cloudflare blocked a whole country by mistake."],
  [
    "resource-pressure",
    "Worker backlog of six hours",
    "A bulk import put 4 million jobs into the queue and our 10 workers were not enough.",
  ],
  [
    "other",
    "Tests deleted live data",
    "An integration test was run with production credentials and truncated two tables.",
  ],
  [
    "old-versions",
    "PHP 7.2 end of life",
    "Security support ended and the hoster removed it overnight; our sites answered with errors until we had migrated to 8.0.",
  ],
  [
    "dns",
    "Cilium agent crash loop after policy with FQDN",
    "DNS proxy of cilium crashed and pods without cached names lost egress.",
  ],
  [
    "resource-pressure",
    "Heap dump filled /tmp",
    "Java wrote a heap dump after an OutOfMemoryError, which in turn filled the root partition.",
  ],
  [
    "multi-tenancy",
    "Namespace deletion removed shared CRDs",
    "A team uninstalled its operator and with it the cluster-wide custom resource definitions all other teams depend on.",
  ],
  [
    "ingress",
    "HTTP/2 bug in the edge proxy",
    "Envoy at the edge reset streams for large uploads after its configuration was changed to HTTP/2 upstream.",
  ],
  ["other", "Backup restore took two days", "After ransomware on the file server we restored everything from tape."],
  [
    "old-versions",
    "Istio 1.4 sidecars do not start with 1.6 control plane",
    "We skipped a version in the upgrade, which is not supported.",
  ],
  [
    "other",
    "Email phishing of an administrator",
    "An administrator entered a password on a fake page. The account was locked and sessions were revoked.",
  ],
  [
    "resource-pressure",
    "Spot instances reclaimed",
    "AWS reclaimed 14 spot instances at once and on-demand capacity of that type was not available for an hour.",
  ],
  [
    "dns",
    "Pod IPs of two clusters overlap",
    "The new cluster was created with the same pod CIDR as the old one, so peered traffic went to the wrong place.",
  ],
];

/** The same in the form of a template, with wrong suspects in the timeline: [answer, title, summary, timeline, cause, actions]. */
const PARTS: readonly (readonly [string, string, string, string, string, string])[] = [
  [
    "dns",
    "Intermittent 500s in checkout",
    "Checkout failed for 12 % of requests.",
    "09:10 alert on 5xx at the load balancer;09:20 ingress pods restarted, no effect;09:40 dnsutils pod shows lookups that take 5 s;10:05 more CoreDNS replicas",
    "All CoreDNS replicas were on one node whose network was saturated. Lookups timed out.",
    "Spread CoreDNS with anti-affinity;Add a dashboard",
  ],
  [
    "resource-pressure",
    "Ingress controller restarts every hour",
    "The controller was restarted and connections were dropped.",
    "11:00 pages;11:05 certificate suspected, was fine;11:30 saw OOMKilled in the pod status",
    "Access log buffering made the controller grow until it hit its memory limit of 512Mi.",
    "Raise limit;Alert at 80 %",
  ],
  [
    "other",
    "Staging credentials in production",
    "Payments refused.",
    "14:00 release;14:03 errors;14:20 rollback",
    "The deployment used the staging secret for the payment gateway because a Helm value had been copied.",
    "Validate values in CI",
  ],
  [
    "old-versions",
    "Nodes go NotReady after the weekend patch run",
    "Half of the workers were lost for an hour.",
    "Sat 02:00 kured reboots the nodes;02:10 containerd does not start;03:00 older AMI chosen",
    "The new AMI ships containerd with a default of cgroup v2, which our kubelet flags did not match.",
    "Stage AMI updates;Canary node pool",
  ],
  [
    "multi-tenancy",
    "CI runners starve everybody's builds",
    "Builds waited up to three hours.",
    "08:00 queue grows;09:00 found 900 jobs from one project;09:10 project paused",
    "A single project triggered a matrix of 900 jobs on the shared runners; there is no limit per project.",
    "Quota per project;Fair scheduling",
  ],
  [
    "ingress",
    "App unreachable from mobile networks",
    "Customers on IPv6 could not connect.",
    "07:00 tweets;07:30 reproduced;08:10 fixed",
    "After the change of CDN the AAAA record still pointed at the old load balancer, which had been removed.",
    "Check both address families",
  ],
  [
    "resource-pressure",
    "Postgres refuses connections",
    "API returned 500.",
    "12:00 campaign mail goes out;12:02 too many clients already;12:10 pgbouncer restarted",
    "Each pod opens 20 connections and the HPA went to 60 pods.",
    "Put pgbouncer in front;Cap replicas",
  ],
  [
    "other",
    "Wrong prices after import",
    "3,000 articles were sold too cheap.",
    "05:00 nightly import;08:00 customer support;08:20 import stopped",
    "A rounding bug in the importer that was deployed on Thursday.",
    "Add test;Four-eyes check for price changes",
  ],
  [
    "other",
    "Jenkins lost its configuration",
    "No builds for a day.",
    "10:00 disk of the VM corrupt after power cut;15:00 restored from Tuesday's backup",
    "The machine had no UPS and the file system was damaged.",
    "Move to cloud;Daily backups",
  ],
  [
    "dns",
    "Cluster-internal calls fail after node pool scaling",
    "New nodes could not reach services.",
    "16:00 autoscaler adds nodes;16:05 errors from new nodes only;17:00 rule added",
    "The firewall rule for the pod range was missing for the second subnet, so packets from its nodes were dropped.",
    "Infrastructure test for firewall rules",
  ],
  [
    "resource-pressure",
    "etcd no space",
    "kubectl apply failed.",
    "13:00 mvcc database space exceeded;13:30 defrag;13:40 alarm disarmed",
    "Tekton left 40,000 TaskRuns and etcd reached its quota of 2 GB.",
    "Prune runs;Alert on database size",
  ],
  [
    "old-versions",
    "Helm releases cannot be changed",
    "No deployments for four hours.",
    "10:00 upgrade to 1.22;10:30 no matches for kind Ingress in version networking.k8s.io/v1beta1",
    "Stored release manifests still used the removed API versions.",
    "Run mapkubeapis before;Deprecation report in CI",
  ],
  [
    "ingress",
    "503 on all new deployments",
    "New versions never got traffic.",
    "09:00 report;09:50 found target group with zero healthy targets",
    "The health check path of the ALB was changed from /health to /healthz in the ingress annotation, but the app did not serve it.",
    "Default path in template",
  ],
  [
    "other",
    "Alert storm hides outage",
    "An outage of search was noticed after nine hours.",
    "22:00 search down;22:01 400 alerts for a network test;07:00 user report",
    "Alerts were routed to a muted channel and nobody was on call for search.",
    "Review routing;Escalation policy",
  ],
  [
    "multi-tenancy",
    "Webhook of one team blocks all pods",
    "No pods could be created in the cluster.",
    "15:00 team installs a mutating webhook for all namespaces;15:10 its backend is down;15:40 webhook deleted",
    "One team could register a cluster-wide admission webhook with failure policy Fail.",
    "Restrict webhook rights to the platform team",
  ],
  [
    "dns",
    "Office cannot reach the cluster",
    "VPN users had no access.",
    "08:00 tickets;09:00 tunnel is up but routes are missing;09:30 route added",
    "The VPN's route to the new VPC range was never propagated.",
    "Route check",
  ],
  [
    "resource-pressure",
    "Slow Fridays",
    "Every Friday p99 rises to 8 s.",
    "Fri 15:00 latency up; 15:30 CPU throttling seen; 16:00 limit removed",
    "The report job runs on Fridays and the API pods are throttled by their CPU limit.",
    "Remove CPU limits for API",
  ],
  [
    "other",
    "AWS us-east-1 disruption",
    "Our consoles and deploys failed.",
    "15:30 AWS status page shows increased error rates;22:00 recovered",
    "AWS had a disruption in us-east-1 which broke IAM and Lambda.",
    "Consider a second region",
  ],
  [
    "other",
    "Cluster certificate expired",
    "kubectl did not work any more.",
    "Mon 09:00 x509 certificate has expired;11:00 renewed with kubeadm",
    "The kubeadm certificates of the control plane expired after one year.",
    "Calendar entry;Automatic renewal",
  ],
  [
    "old-versions",
    "Kafka brokers crash one by one",
    "Events were delayed.",
    "Tue 10:00 rolling upgrade from 2.4 to 2.8;10:40 third broker crashes;11:00 downgrade",
    "The new broker version refused a setting that had been deprecated.",
    "Read release notes;Upgrade in staging first",
  ],
  [
    "other",
    "Terraform removed the production bucket policy",
    "Downloads were denied.",
    "10:00 apply;10:01 403;10:20 state restored",
    "Two people applied from different branches and the older plan removed the policy.",
    "Apply only from CI;Lock state",
  ],
  [
    "resource-pressure",
    "Node exporter shows 100 % inodes",
    "Pods could not start on two nodes.",
    "03:00 no space left on device though df shows 40 % free",
    "Millions of small session files used up all inodes.",
    "Clean-up job",
  ],
  [
    "ingress",
    "Let's Encrypt renewals fail quietly",
    "Certificate of the docs site ran out.",
    "06:00 browser warning;06:30 renewed by hand",
    "cert-manager could not solve the HTTP-01 challenge because of a redirect to https.",
    "Alert 14 days before",
  ],
  [
    "multi-tenancy",
    "Spam wave through free accounts",
    "Our mail reputation suffered and queues filled.",
    "01:00 4,000 new sign-ups;02:00 sign-up closed",
    "Spammers registered accounts and abused the invitation mails.",
    "Rate limit per account;Captcha",
  ],
  [
    "dns",
    "Service mesh upgrade? No: stale certificates between sidecars",
    "Calls between services failed with 503 UC.",
    "12:00 errors start;12:30 restart of sidecars helps",
    "The mesh's intermediate certificate expired, so mutual TLS between sidecars failed.",
    "Alert on mesh certificate age",
  ],
  [
    "other",
    "Data migration doubled all orders",
    "Orders appeared twice.",
    "02:00 migration;06:00 reports",
    "The migration script was not idempotent and was started twice.",
    "Dry run for migrations",
  ],
  [
    "resource-pressure",
    "GitHub API limit stops our bot",
    "Reviews were not assigned.",
    "09:00 403 rate limit exceeded;10:00 limit reset",
    "A loop asked the API for every comment and used up the hourly limit.",
    "Use conditional requests",
  ],
  [
    "old-versions",
    "Redis pods segfault",
    "Cache lost three times.",
    "10:00 crash;10:05 crash;12:00 image pinned to 6.2.6",
    "A bug in 6.2.7 that was already reported upstream; the floating tag had pulled it.",
    "Pin digests",
  ],
  [
    "dns",
    "Deploys hang: image pulls time out",
    "Pods stuck in ContainerCreating.",
    "11:00 first report;12:20 NAT gateway found",
    "The NAT gateway ran out of ports because all pulls went to the same address.",
    "VPC endpoint for the registry",
  ],
  [
    "other",
    "Search index empty",
    "Search returned nothing for two hours.",
    "13:00 reindex started by mistake on production;13:05 alias switched",
    "The clean-up script was run with the production flag.",
    "Ask for confirmation",
  ],
];

export const TEMPLATED: readonly (readonly [string, string, string])[] = PARTS.map(
  ([answer, title, summary, timeline, cause, actions]) => [
    answer,
    title,
    [
      `## Summary\n${summary}`,
      "## Impact\nUsers saw errors for a while.",
      `## Timeline (UTC)\n${listed(timeline)}`,
      `## Root cause\n${cause}`,
      `## Action items\n${listed(actions)}`,
    ].join("\n\n"),
  ],
);

function listed(entries: string): string {
  return entries
    .split(";")
    .map((entry) => `- ${entry.trim()}`)
    .join("\n");
}
