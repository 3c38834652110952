/** Everything web and server share. */
export * from './captions.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './ids.ts';
export * from './job.ts';
export * from './measure.ts';
export * from './model.ts';
export * from './session.ts';
export * from './pose-packet.ts';
export * from './arkit.ts';
export * from './pose.ts';
export * from './take.ts';
export * from './template.ts';
export * from './motion.ts';
export * from './motion-state.ts';
export * from './say.ts';
export * from './trigger.ts';
