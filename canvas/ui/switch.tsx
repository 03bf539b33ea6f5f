import { Switch as Radix } from "radix-ui";

export interface SwitchProps {
  id?: string;
  checked: boolean;
  onChange(checked: boolean): void;
  label?: string;
  disabled?: boolean;
}

export function Switch({ id, checked, onChange, label, disabled = false }: SwitchProps) {
  return (
    <Radix.Root
      id={id}
      checked={checked}
      onCheckedChange={onChange}
      aria-label={label}
      disabled={disabled}
      className="inline-flex h-4.5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors duration-(--calm) disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-transparent data-[state=checked]:bg-accent-fill"
    >
      <Radix.Thumb className="size-3 rounded-full bg-ink-muted transition-transform duration-(--calm) data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-white" />
    </Radix.Root>
  );
}
