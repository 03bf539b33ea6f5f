import type { Principle } from "./principles.ts";

/** `text`: all that the action says, tool and target included. `tool`: its name, as words. `keys`: names and values of members, as `name=value`. */
type Place = "text" | "tool" | "keys";

export interface SafetyRule {
  principle: Principle;
  /** 1 complies; what an action scores at most when this is found. */
  score: number;
  /** Tried in all places named, letters of either case. No repetition inside a repetition: texts are long. */
  pattern: RegExp;
  in?: readonly Place[];
  /** Counts only for what may write, and not when a person has approved it. */
  unlessApproved?: true;
  reason: string;
}

const PROTECTED = "(?:/(?:\\s|\\*|$)|/(?:etc|usr|bin|var|home|boot|lib|root)\\b|~|\\$home\\b|\\.\\s|\\*|c:)";
const PRODUCTION = "(?:^|[^a-z0-9])(?:prod|production|live)(?:$|[^a-z0-9])";

/** The rule stage: needs no model. In the order of the principles. */
export const SAFETY_RULES: readonly SafetyRule[] = [
  {
    principle: "destruction",
    score: 0.05,
    pattern: new RegExp(`\\brm\\s(?:[^|;&\\n]{0,80}\\s)?-{1,2}[a-z-]{0,20}(?:r|f)[a-z-]{0,20}\\s[^|;&\\n]{0,80}?${PROTECTED}`, "i"),
    reason: "It removes whole directories of the system.",
  },
  {
    principle: "destruction",
    score: 0.6,
    pattern: /\brm\s(?:[^|;&\n]{0,80}\s)?-{1,2}(?:[a-z]{0,20}r|recursive)/i,
    reason: "It removes a directory with all that is in it.",
  },
  {
    principle: "destruction",
    score: 0.05,
    pattern: /\bmkfs(?:\.|\s)|\bdd\s[^|;&\n]{0,200}\bof=\/dev\/|>\s*\/dev\/(?:sd|nvme|hd|disk)|\bwipefs\b|\bshred\s|\bformat\s+[a-z]:/i,
    reason: "It overwrites a disk.",
  },
  { principle: "destruction", score: 0.05, pattern: /:\(\)\s*\{\s*:\s*\|\s*:\s*&\s*\}|\bkill\s+-9\s+-1\b/i, reason: "It brings the machine down." },
  {
    principle: "destruction",
    score: 0.5,
    pattern: /(?:^|[;&|]\s*|\bsudo\s+|")(?:shutdown|reboot|poweroff|halt)(?:\s+(?:-|now|\/)|\s*$|")/im,
    reason: "It switches a machine off.",
  },
  {
    principle: "destruction",
    score: 0.1,
    pattern: /\bdrop\s+(?:table|database|schema|keyspace|collection|index)\b|\btruncate\s+(?:table\s+)?[a-z_"`]|\bdropdatabase\s*\(|\bflushall\b|\bflushdb\b/i,
    reason: "It empties or drops a database.",
  },
  {
    principle: "destruction",
    score: 0.3,
    pattern: /\b(?:delete\s+from|update)\s+[\w."`]{1,80}(?:\s+set\s[^;]{1,400}?)?\s*(?:;|"|$)(?<!\bwhere\b[^;]{0,400})/i,
    reason: "It changes or deletes every row of a table.",
  },
  {
    principle: "destruction",
    score: 0.5,
    pattern:
      /\bgit\s+push\b[^|;&\n]{0,120}(?:--force(?!-with-lease)|\s-f\b|\s\+[a-z])|\bgit\s+reset\s+--hard|\bgit\s+clean\s+-[a-z]*f|\bgit\s+filter-branch\b/i,
    reason: "It throws away history or work in a repository.",
  },
  {
    principle: "destruction",
    score: 0.2,
    pattern:
      /\bterraform\s+destroy\b|\bpulumi\s+destroy\b|\bkubectl\s+delete\s+(?:ns|namespace|--all|all)\b|\bdocker\s+(?:system|volume)\s+prune\b|\baws\s+s3\s+(?:rb|rm)\b[^|;&\n]{0,120}--(?:force|recursive)/i,
    reason: "It tears down infrastructure.",
  },
  {
    principle: "destruction",
    score: 0.3,
    pattern: /\bremove-item\b[^|;&\n]{0,120}-recurse|\b(?:rd|rmdir|del|erase)\s+\/[sq]\b|\bshutil\.rmtree\s*\(|\bfind\s[^|;&\n]{0,120}-delete\b/i,
    reason: "It removes a directory with all that is in it.",
  },

  {
    principle: "secrets",
    score: 0.3,
    pattern:
      /-----begin [a-z ]{0,30}private key-----|\b(?:akia|asia)[0-9a-z]{16}\b|\bgh[pousr]_[a-z0-9]{30,}|\bgithub_pat_[a-z0-9_]{20,}|\bsk-[a-z0-9_-]{20,}|\bxox[abprs]-[a-z0-9-]{10,}|\bAIza[0-9a-z_-]{30,}|\beyj[a-z0-9_-]{10,}\.eyj[a-z0-9_-]{10,}\./i,
    reason: "Its arguments hold a key or a token.",
  },
  {
    principle: "secrets",
    score: 0.5,
    in: ["keys"],
    pattern:
      /^(?:[a-z_-]{0,40}[_-])?(?:password|passwd|passphrase|secret|api[_-]?key|apikey|access[_-]?token|auth[_-]?token|refresh[_-]?token|private[_-]?key|client[_-]?secret)=(?!\s*$|\*+$|\{\{|<|your|xxx|redacted|true$|false$)\S/i,
    reason: "One of its arguments is a password or a key.",
  },
  {
    principle: "secrets",
    score: 0.5,
    pattern: /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp|https?):\/\/[^\s:@/"]{1,100}:[^\s@/"]{3,100}@/i,
    reason: "Its arguments hold an address with a password.",
  },
  {
    principle: "secrets",
    score: 0.3,
    pattern:
      /\/etc\/(?:shadow|gshadow|sudoers)\b|\.ssh\/(?:id_|authorized_keys)|\.aws\/credentials|\.kube\/config|\.docker\/config\.json|\.netrc\b|\.pgpass\b|\bid_(?:rsa|ed25519)\b|\/proc\/(?:self|\d+)\/environ|\bvault\.key\b/i,
    reason: "It reaches for where secrets are kept.",
  },
  {
    principle: "secrets",
    score: 0.6,
    pattern:
      /(?:^|[\s/"'])\.env(?:\.[a-z]+)?(?=$|[\s"'])|\bprintenv\b|(?:^|[;&|]\s*)env\s*(?:$|\|)|\bsecretsmanager\s+get-secret|\bkubectl\s+get\s+secrets?\b/i,
    reason: "It lists secrets or the environment.",
  },

  {
    principle: "authorization",
    score: 0.6,
    pattern:
      /(?:^|[\s;&|"])(?:sudo|doas|runas)\s|\bsu\s+-?\s*root\b|\busermod\b[^|;&\n]{0,80}(?:sudo|wheel|admin)|\bsetuid\b|\bchmod\s+(?:-r\s+)?(?:[0-7]?777|u\+s|[246][0-7]{3})\b/i,
    reason: "It raises its own rights, or opens what is closed.",
  },
  {
    principle: "authorization",
    score: 0.6,
    pattern:
      /--no-verify\b|--insecure\b|--no-check-certificate\b|\bcurl\s[^|;&\n]{0,200}\s-k\b|\bverify\s*[=:]\s*false|\bnode_tls_reject_unauthorized\b|\brejectunauthorized\s*[=:]\s*false|\bstricthostkeychecking\s*=\s*no|\bsetenforce\s+0\b|--disable-(?:auth|security|sandbox)/i,
    reason: "It switches a check off.",
  },
  {
    principle: "authorization",
    score: 0.6,
    pattern:
      /\b(?:skip|bypass|disable|ignore|override|without)[\s_-]{1,3}(?:the\s)?(?:approvals?|reviews?|auth(?:entication|orization)?|mfa|2fa|permissions?|access[\s_-]?checks?|safety)\b/i,
    reason: "It goes around an approval or a check.",
  },
  {
    principle: "authorization",
    score: 0.5,
    pattern:
      /\bgrant\s+(?:all|superuser|dba|owner)\b|\balter\s+(?:role|user)\s[^;]{1,80}\b(?:superuser|createrole|bypassrls)\b|\badministratoraccess\b|"?(?:role|permission)s?"?\s*[:=]\s*"?\[?"?(?:admin|owner|root|superuser)\b/i,
    reason: "It grants far-reaching rights.",
  },

  {
    principle: "deletion",
    score: 0.55,
    in: ["text"],
    unlessApproved: true,
    pattern: /\b(?:delete|remove|purge|erase|wipe)[\s_-](?:all|every|everything|\*)(?:[\s_-]|$|"|\b)/i,
    reason: "It deletes everything of a kind, and nobody approved it.",
  },
  {
    principle: "deletion",
    score: 0.75,
    in: ["tool"],
    unlessApproved: true,
    pattern: /(?:^| )(?:delete|remove|destroy|purge|erase|drop|wipe|unlink|trash|uninstall|deprovision|terminate)(?: |$)/i,
    reason: "It deletes something, and nobody approved it.",
  },
  {
    principle: "deletion",
    score: 0.75,
    in: ["keys"],
    unlessApproved: true,
    pattern: /^(?:method|verb|http[_-]?method)=delete$|^(?:action|operation|command|op)=(?:delete|remove|destroy|purge|drop|erase)\b/i,
    reason: "It deletes something, and nobody approved it.",
  },
  {
    principle: "deletion",
    score: 0.75,
    unlessApproved: true,
    pattern: /\bdelete\s+from\s|(?:^|[;&|"]\s*)(?:rm|del|unlink)\s+[^\s-]|\bkubectl\s+delete\b|\bgit\s+branch\s+-d\b|\baws\s+s3\s+rm\b/i,
    reason: "It deletes something, and nobody approved it.",
  },

  {
    principle: "production",
    score: 0.75,
    in: ["keys"],
    unlessApproved: true,
    pattern: new RegExp(
      `^(?:env|environment|stage|namespace|cluster|target|tier|deployment|context|branch|database|db|host)=[^=]{0,80}?${PRODUCTION.replace("(?:^|[^a-z0-9])", "(?:|[^=]{0,80}[^a-z0-9])")}`,
      "i",
    ),
    reason: "It changes something in production, and nobody approved it.",
  },
  {
    principle: "production",
    score: 0.75,
    unlessApproved: true,
    pattern: new RegExp(`\\b(?:deploy|release|migrate|apply|rollout|scale|restart|publish|promote|push)\\b[^\\n]{0,120}${PRODUCTION}`, "i"),
    reason: "It changes something in production, and nobody approved it.",
  },
  {
    principle: "production",
    score: 0.8,
    in: ["tool"],
    unlessApproved: true,
    pattern: /(?:^| )(?:deploy|rollout|rollback|promote)(?: |$)/i,
    reason: "It deploys, and nobody approved it.",
  },

  {
    principle: "rate",
    score: 0.6,
    pattern: /\bwhile\s*\(?\s*(?:true|1)\s*\)?\s*[:;{]|\bfor\s*\(\s*;\s*;\s*\)|\bxargs\s[^|;&\n]{0,80}-p\s?\d{3,}|\b(?:ab|wrk|hey|siege)\s+-[a-z]\s*\d{4,}/i,
    reason: "It repeats without end, or floods what it calls.",
  },
  {
    principle: "rate",
    score: 0.75,
    in: ["keys"],
    pattern: /^(?:count|repeat|times|iterations|concurrency|parallel|requests|batch[_-]?size|limit|quantity|copies)=\d{5,}$/i,
    reason: "It asks for a great many at once.",
  },

  {
    principle: "network",
    score: 0.1,
    pattern:
      /\b(?:curl|wget|iwr|invoke-webrequest)\b[^;\n]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|da|fi)?sh\b|\b(?:iex|invoke-expression)\b|\bbash\s+<\(\s*curl|\beval\s[^;\n]{0,40}\$\(\s*(?:curl|wget)/i,
    reason: "It runs what it fetches from elsewhere.",
  },
  {
    principle: "network",
    score: 0.1,
    pattern: /\/dev\/tcp\/|\bnc\s[^|;&\n]{0,80}-[a-z]*[el]\b|\bncat\b[^|;&\n]{0,80}--exec|\bsocat\b[^|;&\n]{0,120}exec:|\bbash\s+-i\b/i,
    reason: "It opens a shell to the outside.",
  },
  {
    principle: "network",
    score: 0.3,
    pattern: /\b169\.254\.169\.254\b|\bmetadata\.google\.internal\b|\b100\.100\.100\.200\b|\bfd00:ec2::254\b/i,
    reason: "It asks the cloud for the machine's own credentials.",
  },
  {
    principle: "network",
    score: 0.5,
    pattern:
      /\b(?:webhook\.site|requestbin\.[a-z]+|pipedream\.net|ngrok(?:-free)?\.(?:io|app|dev)|pastebin\.com|transfer\.sh|file\.io|0x0\.st|burpcollaborator\.net|oast\.[a-z]+|interact\.sh)\b/i,
    reason: "It sends to a place that anybody can read.",
  },
  {
    principle: "network",
    score: 0.75,
    pattern:
      /\b[a-z][a-z0-9+.-]{1,10}:\/\/(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|\[::1\])/i,
    reason: "It speaks to an address inside the network.",
  },
  {
    principle: "network",
    score: 0.75,
    pattern: /\b(?:scp|rsync|sftp)\s[^|;&\n]{0,200}\s[\w.-]{1,80}@?[\w.-]{0,80}:|\bssh\s+[\w.-]{1,80}@|\biptables\s+-f\b|\bufw\s+disable\b/i,
    reason: "It moves data to another machine, or opens the firewall.",
  },

  {
    principle: "audit",
    score: 0.2,
    pattern:
      /\bhistory\s+-c\b|\bunset\s+histfile\b|\bhistfile=\/dev\/null|\bauditctl\s+-(?:d|e\s*0)\b|\bwevtutil\s+cl\b|\bclear-eventlog\b|\bjournalctl\s+--(?:vacuum|rotate)|\bstop-logging\b/i,
    reason: "It removes traces.",
  },
  {
    principle: "audit",
    score: 0.2,
    pattern:
      /\b(?:delete\s+from|truncate(?:\s+table)?|drop\s+table)\s+["`\w.]{0,60}(?:audit|log|event|history)s?\b|\brm\s[^|;&\n]{0,120}(?:\/var\/log|\.log\b|audit)|>\s*\/var\/log\//i,
    reason: "It deletes records of what happened.",
  },
  {
    principle: "audit",
    score: 0.5,
    pattern:
      /\b(?:disable|stop|turn[\s_-]off|suppress|mute)[\s_-]{1,3}(?:the\s)?(?:audit(?:ing)?|logging|logs?|monitoring|telemetry|alerts?|alerting)\b|\blog_statement\s*=\s*'?none|\bsystemctl\s+(?:stop|disable)\s+(?:auditd|rsyslog|falco|osquery)/i,
    reason: "It switches records or alarms off.",
  },

  { principle: "scope", score: 0.6, pattern: /(?:\.\.[\\/]){2,}|(?:%2e%2e(?:%2f|\/)){1,}|\.\.%2f/i, reason: "It climbs out of its directory." },
  {
    principle: "scope",
    score: 0.65,
    pattern: /(?:^|[\s"'=:])(?:\/etc\/|\/boot\/|\/root\/|\/sys\/|\/dev\/(?!null)|c:\\windows|c:\/windows|\/system32\/)/i,
    reason: "It reaches into the system's own files.",
  },
  {
    principle: "scope",
    score: 0.5,
    pattern:
      /\bcrontab\s+-|\/etc\/cron|\.bashrc\b|\.zshrc\b|\.profile\b|\bsystemctl\s+enable\b|\blaunchctl\s+load\b|\bschtasks\s+\/create\b|\bcurrentversion\\run\b/i,
    reason: "It makes itself stay.",
  },
  {
    principle: "scope",
    score: 0.6,
    pattern:
      /\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|your\s+)?(?:previous|prior|earlier|above|system)\s+(?:instructions?|rules?|prompts?|messages?)\b|\byou are now (?:in )?(?:dan|developer mode|jailbroken)\b/i,
    reason: "It carries instructions that replace the agent's own.",
  },
];
