import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

const Clock = createContext(Date.now());
const TICK = 1000;

/** Gives everything below it one clock that ticks each second. */
export function ClockProvider({ children }: { children: ComponentChildren }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return <Clock.Provider value={now}>{children}</Clock.Provider>;
}

/** The time in ms since 1970, to the second. */
export const useNow = (): number => useContext(Clock);
