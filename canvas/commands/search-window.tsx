import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { classes } from "../ui/classes.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Spinner } from "../ui/spinner.tsx";

export interface SearchWindowProps {
  /** Its accessible name. */
  title: string;
  onClose(): void;
  /** After it has closed and the focus is back where it was. */
  onClosed?(): void;
  wide?: boolean;
  children: ReactNode;
}

/** A window above the page that begins with a search; stands while it is open. */
export function SearchWindow({ title, onClose, onClosed, wide = false, children }: SearchWindowProps) {
  // before its own field takes the focus
  const [opener] = useState(() => document.activeElement);
  return (
    <Radix.Root open onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-backdrop" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement && opener !== document.body) opener.focus();
            onClosed?.();
          }}
          className={classes(
            "fixed inset-x-4 top-[12vh] z-40 mx-auto flex max-h-[76vh] animate-rise flex-col overflow-hidden rounded-xl bg-overlay shadow-overlay focus:outline-none",
            wide ? "max-w-3xl" : "max-w-xl",
          )}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface WindowSearchProps {
  value: string;
  onChange(text: string): void;
  placeholder: string;
  /** What is being asked for meanwhile; undefined: nothing. */
  busy: string | undefined;
  /** After the field. */
  children?: ReactNode;
}

/** The search at the head of a window with a `cmdk` list. */
export function WindowSearch({ value, onChange, placeholder, busy, children }: WindowSearchProps) {
  return (
    <div className="flex shrink-0 items-center gap-2.5 border-line border-b px-4">
      <Search size={16} className="shrink-0 text-ink-faint" aria-hidden />
      <Command.Input
        autoFocus
        value={value}
        onValueChange={onChange}
        maxLength={200}
        placeholder={placeholder}
        className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint focus-visible:outline-none"
      />
      {busy !== undefined && <Spinner size={14} label={busy} />}
      {children}
    </div>
  );
}

/** What the keys do there, at its foot. */
export function WindowFoot({ children }: { children: ReactNode }) {
  return <footer className="flex shrink-0 flex-wrap gap-x-4 gap-y-1 border-line border-t px-4 py-2 text-2xs text-ink-faint">{children}</footer>;
}

/** The keys of a list of things to add. */
export function AddKeys() {
  return (
    <WindowFoot>
      <span className="flex items-center gap-1.5">
        <Kbd keys="ArrowUp+ArrowDown" /> choose
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd keys="Enter" /> add
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd keys="Escape" /> close
      </span>
    </WindowFoot>
  );
}

/** The heading of a group of a `cmdk` list. */
export const GROUP_HEADING =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-faint";
