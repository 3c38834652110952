import { useCallback, useState } from 'react';

const MARGIN = '200px';

/** Whether an element has come near the screen once: time to load what it shows. */
export function useNearby(): readonly [(element: Element | null) => void, boolean] {
  const [nearby, setNearby] = useState(false);
  const watch = useCallback((element: Element | null) => {
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        setNearby(true);
        observer.disconnect();
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [watch, nearby];
}
