import { render } from 'preact';
import { App } from './app.tsx';
import { ClockProvider } from './hooks/clock.tsx';

const root = document.getElementById('app');
if (root)
  render(
    <ClockProvider>
      <App />
    </ClockProvider>,
    root,
  );
