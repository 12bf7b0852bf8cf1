import { useEffect } from 'preact/hooks';

/** Names the browser's tab while the page is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · bgtask`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
