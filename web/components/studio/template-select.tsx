'use client';
import type { TemplateId, TemplateSummary } from '../../../server/protocol/index.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { Select } from '../ui/field.tsx';

/** One of the server's templates by its title; typing finds it. One that is not there keeps its name. */
export function TemplateSelect({
  templates,
  value,
  onChange,
}: {
  readonly templates: readonly TemplateSummary[];
  readonly value: TemplateId;
  readonly onChange: (id: TemplateId) => void;
}) {
  const { t, language } = usePagePreferences();
  const titles = Object.fromEntries([
    [value, value],
    ...templates.map(({ id, title }) => [id, title[language] || title.en] as const),
  ]) as Record<TemplateId, string>;
  const values = (Object.keys(titles) as TemplateId[]).toSorted((a, b) =>
    titles[a]!.localeCompare(titles[b]!, language),
  );
  return <Select label={t.script.template} {...{ value, values, titles, onChange }} />;
}
