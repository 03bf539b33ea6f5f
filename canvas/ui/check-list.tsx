export interface CheckOption<Value extends string> {
  value: Value;
  label: string;
  /** What comes of it. */
  text?: string | undefined;
}

export interface CheckListProps<Value extends string> {
  /** Its legend. */
  label: string;
  options: readonly CheckOption<Value>[];
  values: readonly Value[];
  onChange(values: readonly Value[]): void;
  errors?: readonly string[];
}

/** Any of a few choices, each with what comes of it. */
export function CheckList<Value extends string>({ label, options, values, onChange, errors = [] }: CheckListProps<Value>) {
  const toggle = (value: Value) =>
    onChange(options.map((option) => option.value).filter((each) => (each === value ? !values.includes(each) : values.includes(each))));
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 font-medium text-ink-muted text-xs">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex cursor-pointer gap-2.5 rounded-md border border-line px-3 py-2 hover:border-line-strong hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="checkbox"
            className="mt-1 self-start accent-(--accent-fill)"
            checked={values.includes(option.value)}
            aria-invalid={errors.length > 0 || undefined}
            onChange={() => toggle(option.value)}
          />
          <span>
            <span className="block font-medium text-sm">{option.label}</span>
            {option.text && <span className="block text-ink-muted text-xs">{option.text}</span>}
          </span>
        </label>
      ))}
      {errors.map((message) => (
        <p key={message} role="alert" className="text-danger text-xs">
          {message}
        </p>
      ))}
    </fieldset>
  );
}
