import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { classes } from "./classes.ts";

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  description?: string;
  /** Buttons at its foot. */
  actions?: ReactNode;
  wide?: boolean;
  /** Keys pressed anywhere in it. */
  onKeyDown?(event: KeyboardEvent): void;
  children?: ReactNode;
}

/** A question or a form above the page. The focus goes to its first field, and back to where it was. */
export function Dialog({ open, onClose, title, description, actions, wide = false, onKeyDown, children }: DialogProps) {
  const body = useRef<HTMLDivElement | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const focusFirstField = (event: Event) => {
    opener.current = openerOf(document.activeElement);
    const field = body.current?.querySelector<HTMLElement>("input:not([type=hidden]), textarea, [role=combobox], [role=switch]");
    if (!field) return;
    event.preventDefault();
    field.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-backdrop" />
        <Radix.Content
          {...(description === undefined && { "aria-describedby": undefined })}
          {...(onKeyDown && { onKeyDown })}
          onOpenAutoFocus={focusFirstField}
          onEscapeKeyDown={(event) => {
            // an editor or an open list in it has a use of its own for Escape
            if (event.target instanceof Element && event.target.closest("[data-keeps-escape]")) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            opener.current?.focus();
          }}
          className={classes(
            "fixed inset-x-4 top-[12vh] z-40 mx-auto flex max-h-[76vh] animate-rise flex-col rounded-xl bg-overlay shadow-overlay focus:outline-none",
            wide ? "max-w-3xl" : "max-w-md",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description !== undefined && <Radix.Description className="mt-0.5 text-ink-muted text-sm">{description}</Radix.Description>}
            </div>
            <Radix.Close aria-label="Close" className="-mr-1.5 rounded-md p-1 text-ink-faint hover:bg-hover hover:text-ink">
              <X size={16} aria-hidden />
            </Radix.Close>
          </header>
          <div ref={body} className={classes("min-h-0 flex-1 overflow-y-auto px-5 pt-3", actions ? "pb-3" : "pb-5")}>
            {children}
          </div>
          {actions && <footer className="flex justify-end gap-2 border-line border-t px-5 py-3">{actions}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where the focus goes when a dialog closes: what had it, or for an item of a menu, which is gone by then, the button of the menu. */
function openerOf(focused: Element | null): HTMLElement | null {
  const label = focused?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const found = label ? document.getElementById(label) : focused;
  return found instanceof HTMLElement ? found : null;
}
