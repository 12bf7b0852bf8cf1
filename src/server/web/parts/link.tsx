import type { ComponentChildren } from 'preact';
import { goTo } from '../hooks/navigation.ts';
import { safeLink } from '../state/safe-link.ts';

interface PageLinkProps {
  to: string;
  class?: string;
  'aria-label'?: string;
  'aria-current'?: 'page';
  children: ComponentChildren;
}

/** A link to another of these pages, followed without loading. */
export function PageLink({ to, children, ...rest }: PageLinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  );
}

/** An address that bgtask did not make: a link when following it is harmless, and text otherwise. */
export function OutsideLink({ url, children }: { url: string; children?: ComponentChildren }) {
  const href = safeLink(url);
  if (href === undefined) return <span class="break">{children ?? url}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" class="break">
      {children ?? url}
    </a>
  );
}
