import { classes } from "./classes.ts";

interface View<Id extends string> {
  id: Id;
  title: string;
}

interface ViewSwitchProps<Id extends string> {
  views: readonly View<Id>[];
  value: Id;
  onChange(view: Id): void;
}

/** Between the views of one page. */
export function ViewSwitch<Id extends string>({ views, value, onChange }: ViewSwitchProps<Id>) {
  return (
    <nav aria-label="Views" className="flex gap-0.5 rounded-md border border-line p-0.5">
      {views.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-current={value === id ? "page" : undefined}
          onClick={() => onChange(id)}
          className={classes(
            "h-6 rounded-sm px-2.5 font-medium text-xs",
            value === id ? "bg-accent-soft text-accent" : "text-ink-muted hover:bg-hover hover:text-ink",
          )}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
