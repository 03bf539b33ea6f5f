/** Two threads that cross: the mark of Heddle. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeWidth="2.4" strokeLinecap="round" aria-hidden>
      <path d="M3 7c6.500 0 6.500 10 13 10h5" stroke="var(--accent)" />
      <path d="M3 17h4" stroke="var(--group-data)" />
      <path d="M13 9.200C14.200 7.800 15.600 7 17.500 7H21" stroke="var(--group-data)" />
    </svg>
  );
}
