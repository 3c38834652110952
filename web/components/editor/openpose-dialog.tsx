'use client';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { TemplateSummary } from '../../../server/protocol/index.ts';
import { download, openPoseZip } from '../../lib/openpose-zip.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useTemplates } from '../../lib/use-templates.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { NumberField } from '../ui/field.tsx';

/** As the importer has it. */
const MOST_RATE = 60;
const SIDES = { least: 64, most: 4096 } as const;

/** How the gesture is to be written, and the file. */
export function OpenPoseDialog({
  template,
  open,
  onClose,
}: {
  readonly template: TemplateSummary;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const words = usePageText().gestures;
  const templates = useTemplates();
  const [options, setOptions] = useState({ rateHz: 25, width: 512, height: 512 });
  const write = async () => {
    onClose();
    try {
      const whole = await templates.whole(template.id);
      download(openPoseZip(whole, options), `${template.id}-openpose.zip`);
    } catch (error) {
      templates.problem.set(asRequestError(error));
    }
  };
  return (
    <Dialog open={open} title={words.openPoseTitle} onClose={onClose}>
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
      >
        <p className="text-[13px] text-ink-2">{words.openPoseText}</p>
        <NumberField
          label={words.rate}
          value={options.rateHz}
          least={1}
          most={MOST_RATE}
          onChange={(rateHz) => setOptions({ ...options, rateHz })}
        />
        <div className="flex gap-3">
          <NumberField
            label={words.width}
            value={options.width}
            {...SIDES}
            onChange={(width) => setOptions({ ...options, width })}
          />
          <NumberField
            label={words.height}
            value={options.height}
            {...SIDES}
            onChange={(height) => setOptions({ ...options, height })}
          />
        </div>
        <Button type="submit" look="primary">
          <Download aria-hidden className="size-4" />
          {words.openPoseDo}
        </Button>
      </form>
    </Dialog>
  );
}
