import { classes } from "../ui/classes.ts";
import { ROLE_OPTIONS } from "./roles.ts";

/** What each role may do. */
export function RoleList({ className }: { className?: string }) {
  return (
    <dl className={classes("grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm", className)}>
      {ROLE_OPTIONS.map(({ value, label, detail }) => (
        <div key={value} className="contents">
          <dt className="font-medium text-ink">{label}</dt>
          <dd className="text-ink-muted">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}
