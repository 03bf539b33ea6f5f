import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from "react";

export interface ScrollBoxProps {
  /** Its name while it can be reached. */
  label: string;
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
}

/** A box that scrolls what does not fit into it. While it does, Tab reaches it, so that keys scroll it. */
export function ScrollBox({ label, className, style, children }: ScrollBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    if (!box.current || !content.current) return;
    const { current: outer } = box;
    const observer = new ResizeObserver(() => setScrolls(outer.scrollHeight > outer.clientHeight || outer.scrollWidth > outer.clientWidth));
    observer.observe(outer);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className={className} style={style} {...(scrolls && { role: "group", "aria-label": label, tabIndex: 0 })}>
      <div ref={content}>{children}</div>
    </div>
  );
}
