/** Every page of the panel, in the order of the navigation. */
export const PAGES = [
  { name: 'live', path: '/' },
  { name: 'avatars', path: '/avatars' },
  { name: 'motions', path: '/motions' },
  { name: 'triggers', path: '/triggers' },
  { name: 'scenes', path: '/scenes' },
  { name: 'targets', path: '/targets' },
  { name: 'videos', path: '/studio' },
  { name: 'recordings', path: '/recordings' },
  { name: 'models', path: '/models' },
  { name: 'logs', path: '/logs' },
  { name: 'settings', path: '/settings' },
] as const;

export type Page = (typeof PAGES)[number];
export type PageName = Page['name'];

/** Of an address' path; undefined where it is none of them. */
export function pageAt(path: string): PageName | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  return PAGES.find((page) => page.path === plain)?.name;
}
