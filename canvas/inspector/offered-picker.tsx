import { Command } from "cmdk";
import { Check, ListFilter } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { type ConnectionId, connectionIdSchema } from "#runtime/graph/ids.ts";
import type { FieldHint } from "#runtime/node/fields.ts";
import { errorText } from "../api/api-problem.ts";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { type OfferedKind, useOffered } from "./offered-things.ts";

const WORDS: Readonly<Record<OfferedKind, { choose: string; search: string; none: string; asking: string }>> = {
  prompts: { choose: "Choose a prompt…", search: "Search prompts", none: "The server offers no prompts.", asking: "Asking the server for its prompts" },
  resources: { choose: "Choose a resource…", search: "Search resources", none: "The server offers nothing to read.", asking: "Asking the server what it has" },
  models: { choose: "Choose a model…", search: "Search models", none: "The provider names no models.", asking: "Asking the provider for its models" },
};
/** Drawn at once; the search finds the others. */
const MOST = 200;

type OfferedPickerProps = NonNullable<FieldHint["offered"]> & Pick<ControlProps, "value" | "onChange">;

/** Below a text field: what the connection chosen beside it offers for it. Anything else may still be typed. */
export function OfferedPicker({ what, by, value, onChange }: OfferedPickerProps) {
  const { readOnly, values } = useForm();
  const [isOpen, setOpen] = useState(false);
  const connection = connectionIdSchema.safeParse(values[by]);
  const mayAsk = useMay(what === "models" ? "connection.use" : "connection.read");
  if (readOnly || !mayAsk || !connection.success) return null;
  const choose = (chosen: string) => {
    onChange(chosen);
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button size="small" look="quiet" className="mt-1 self-start" icon={<ListFilter size={13} aria-hidden />}>
          {WORDS[what].choose}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={WORDS[what].choose.replace("…", "")}
          className="z-50 w-88 max-w-[calc(100vw-1rem)] animate-rise overflow-hidden rounded-lg bg-overlay shadow-overlay focus:outline-none"
        >
          <OfferedList what={what} connection={connection.data} value={value} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface OfferedListProps {
  what: OfferedKind;
  connection: ConnectionId;
  value: unknown;
  onChoose(value: string): void;
}

function OfferedList({ what, connection, value, onChoose }: OfferedListProps) {
  const { items, error, isFetching, refetch } = useOffered(what, connection, true);
  const [search, setSearch] = useState("");
  const words = WORDS[what];
  if (!items && error) return <LoadError title="That could not be listed" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!items) return <SkeletonRows rows={3} label={words.asking} />;
  if (items.length === 0) return <EmptyState title={words.none} text="Write it yourself, if you know what it is called." />;
  const wanted = search.trim().toLowerCase();
  const fitting = items.filter((item) => `${item.title} ${item.value} ${item.text}`.toLowerCase().includes(wanted));
  return (
    <Command label={words.search} shouldFilter={false}>
      <Command.Input
        autoFocus
        placeholder={words.search}
        value={search}
        onValueChange={setSearch}
        className="h-9 w-full border-line border-b bg-transparent px-3 text-sm placeholder:text-ink-faint focus:outline-none"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-3 py-4 text-ink-faint text-xs">Nothing offered fits. What you write in the field counts all the same.</Command.Empty>
        {fitting.slice(0, MOST).map((item) => (
          <Command.Item
            key={item.value}
            value={item.value}
            onSelect={() => onChoose(item.value)}
            className="flex cursor-pointer items-start gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-accent-soft"
          >
            <Check size={13} aria-hidden className={item.value === value ? "mt-1 shrink-0 text-accent" : "invisible mt-1 shrink-0"} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{item.title}</span>
              {item.value !== item.title && <code className="block truncate text-2xs text-ink-muted">{item.value}</code>}
              {item.text !== "" && <span className="line-clamp-2 text-ink-muted text-xs">{item.text}</span>}
            </span>
          </Command.Item>
        ))}
        {fitting.length > MOST && <p className="px-3 py-2 text-ink-faint text-xs">{fitting.length - MOST} more. Search to find them.</p>}
      </Command.List>
    </Command>
  );
}
