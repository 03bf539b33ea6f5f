/** Why a form, or a part of a page, could not do its work. Nothing without a text. */
export function FormError({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p role="alert" className="wrap-anywhere rounded-md bg-danger-soft px-3 py-2 text-sm">
      {text}
    </p>
  );
}
