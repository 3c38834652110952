/** A head speaking into the air: a face's outline and two waves. */
export function Logo() {
  return (
    <span className="flex items-center gap-2.5">
      <svg aria-hidden viewBox="0 0 32 32" className="size-8">
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <g className="fill-none stroke-accent-ink" strokeWidth="2.4" strokeLinecap="round">
          <circle cx="13" cy="12.5" r="4.6" />
          <path d="M5.6 25c.9-4 3.8-6 7.4-6s6.5 2 7.4 6" />
          <path d="M21.4 9.4c1 1.900 1 4.300 0 6.200" />
          <path d="M25 7.4c1.800 3.200 1.800 7 0 10.200" />
        </g>
      </svg>
      <span className="text-[17px] font-semibold tracking-tight">Posecast</span>
    </span>
  );
}
