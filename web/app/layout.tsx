import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: 'Posecast',
  description: 'Speak into a microphone, and go live as your avatar.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f5f3' },
    { media: '(prefers-color-scheme: dark)', color: '#111214' },
  ],
};

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    // boot.js sets the theme and the language before React looks.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script src="/boot.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
