/**
 * The words of a line that only names what follows: wholly bold, or short and ending in a colon.
 * Gives undefined for anything that says something itself.
 */
export function plainLabel(source: string): string | undefined {
  const line = source.trim();
  if (line.length > LONGEST || /[\r\n]/u.test(line)) return undefined;
  const bold = /^(?:\*\*|__)((?:(?!\*\*|__)[^])+)(?:\*\*|__)\s*:?\s*$/u.exec(line);
  if (bold?.[1] !== undefined) return cleanLabel(bold[1]);
  // Initials in bold with words behind them are an owner and an action.
  const led = /^\*\*([^*]{2,40}?)(?:\s+[-–—]\s[^*]*)?:?\*\*\s*\S/u.exec(line)?.[1];
  if (led !== undefined && isInitials(led)) return undefined;
  if (!line.endsWith(":") || /[.!?]\s/u.test(line) || /https?:/u.test(line)) return undefined;
  return cleanLabel(line);
}

/** A label in bold with words of its own behind it, `**Review actions**: add an alert`: the label and where the words start. */
export function leadingLabel(source: string): { label: string; length: number } | undefined {
  const match = /^\s*(?:\*\*|__)([^*_\n]{2,80}?)\s*:?\s*(?:\*\*|__)\s*:?\s+(?=\S)/u.exec(source);
  return match?.[1] === undefined ? undefined : { label: cleanLabel(match[1]), length: match[0].length };
}

/** People named by a label such as `**RK**`, `@alice:` or `**Owner: Bob**`, as written; nothing when it names a topic. */
export function ownerOfLabel(label: string): string | undefined {
  const explicit = /^(?:owner|assignee|responsible|dri)\s*[:=]\s*(\S.*)$/iu.exec(label)?.[1];
  if (explicit !== undefined) return explicit;
  if (/^@[\w-]+(?:\/[\w-]+)?$/u.test(label)) return label;
  return isInitials(label.replace(/\s+[-–—]\s.*$/u, "")) ? label.replace(/\s+[-–—]\s.*$/u, "") : undefined;
}

/** `RK`, `JP/NW`, `GIORGIO, LUKE`: capitals that stand for people and for no technology. */
export function isInitials(text: string): boolean {
  const names = text.split(/\s*[,/&+]\s*|\s+and\s+/u);
  return names.every((name) => /^\p{Lu}[\p{Lu}'’-]{1,14}$/u.test(name) && !ACRONYMS.has(name));
}

function cleanLabel(text: string): string {
  return text
    .replaceAll(/[*_`]{1,2}/gu, "")
    .replace(/[\s:]+$/u, "")
    .trim();
}

const LONGEST = 100;

/** Capitals in brackets that are not somebody's initials. */
const ACRONYMS: ReadonlySet<string> = new Set(
  `A API APIS AMI APP ASG AWS AZ AZURE CD CDN CI CLI CMS CNI COE CPU CRD CSI CSS CVE DB DBA DDOS DHCP DNS DOC DOCS DOING DONE DR DRI EBS EC ECR ECS EFS EKS ELB ENI ES ETA ETCD FAILED FAQ FIXED FIXME FK GB GC GCE GCP GCR GCS GIT GKE GPU GUI HA HPA HTTP HTTPS IAM ID IDP IIIF IO IP IPV JSON JVM JWT KB KMS KPI KUBERNETES LB LDAP LTS MB MFA MTTR MUST MVP NA NAT NEW NFS NGINX NLB NO NOTE NS OIDC OK OOM ONGOING OPEN OPTIONAL OPS OS PAAS PD PENDING BLOCKED LATER MAYBE ASAP HIGH LOW MEDIUM STARTED CLOSED RESOLVED REJECTED DROPPED MERGED DEPLOYED PROD STAGING DEV TEST ALL TEAM EVERYONE MTTR MTTD RTO RPO RFO SEV IPS VPNS BGP NTP LVM RAID SMART GPG PGP JS TS PVS CNAME SOA TXT MX PDB PHP PM POC PR PRS PSP PV PVC QA QPS RAM RBAC RCA RDS RFC S SAML SDK SLA SLI SLO SLOS SMTP SQL SQS SRE SRES SSD SSH SSL SSO TBA TBC TBD TCP TF TLS TODO TTL UAT UDP UI UPDATE URGENT URL US UTC UX VM VMS VPA VPC VPN WAF WIP WONTFIX XFS XML YAML YES ZFS`.split(
    " ",
  ),
);
