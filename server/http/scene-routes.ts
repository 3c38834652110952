/** REST for scenes: presets, their files, and what a session shows. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  ASSET_KINDS,
  AssetId,
  MAX_ASSET_BYTES,
  MotionPlayed,
  Scene,
  SceneAsset,
  SceneEntry,
  SceneId,
  ScenePoint,
  SceneSwitch,
  SessionId,
  SessionScene,
  SlideTurn,
} from '../protocol/index.ts';
import { assetsOf } from '../scenes/scene-library.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { saveBody, takeBodiesAsStreams } from './upload.ts';

const ScenePath = z.object({ id: SceneId });
const AssetPath = z.object({ id: AssetId });
const SessionPath = z.object({ id: SessionId });
/** 200 slides with their regions. */
const MAX_SCENE_BYTES = 1024 * 1024;

type House = Pick<HttpHouse, 'registry' | 'scenes' | 'assets' | 'sources' | 'isAdmin'>;

export function sceneRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(presets(house));
    void instance.register(files(house));
    void instance.register(uploads(house));
    void instance.register(showing(house));
    done();
  };
}

function presets({ scenes, sources, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });

    fastify.get(
      '/scenes',
      {
        ...admin,
        schema: {
          response: {
            200: z.object({ scenes: z.array(SceneEntry), sources: z.array(z.string()) }),
          },
        },
      },
      () => ({ scenes: scenes.list(), sources: sources.names }),
    );
    fastify.get(
      '/scenes/:id',
      { ...admin, schema: { params: ScenePath, response: { 200: Scene } } },
      ({ params }) => scenes.get(params.id),
    );
    fastify.put(
      '/scenes/:id',
      {
        ...admin,
        bodyLimit: MAX_SCENE_BYTES,
        schema: { params: ScenePath, body: Scene, response: { 200: SceneEntry } },
      },
      ({ params, body }) => scenes.save(params.id, body),
    );
    fastify.delete(
      '/scenes/:id',
      { ...admin, schema: { params: ScenePath } },
      async (request, reply) => {
        await scenes.delete(request.params.id);
        await reply.status(204).send();
      },
    );
    done();
  };
}

function files({ assets, scenes, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });

    fastify.get(
      '/scene-assets',
      { ...admin, schema: { response: { 200: z.array(SceneAsset) } } },
      () => assets.list(),
    );
    // Shown by <img>, which sends no token: whoever knows the hash has seen the file.
    fastify.get(
      '/scene-assets/:id/thumbnail.png',
      { schema: { params: AssetPath } },
      ({ params }, reply) => picture(reply, assets.thumbnail(params.id)),
    );
    fastify.get(
      '/scene-assets/:id/picture.png',
      { schema: { params: AssetPath } },
      ({ params }, reply) => {
        const { kind } = assets.get(params.id);
        return picture(reply, kind === 'image' ? assets.path(params.id) : assets.thumbnail(params.id)); // prettier-ignore
      },
    );
    // What a LUT does, for the editor: `side`³ colours of three bytes, red fastest, in base64.
    fastify.get(
      '/scene-assets/:id/colours',
      {
        ...admin,
        schema: {
          params: AssetPath,
          response: { 200: z.object({ side: z.number(), colours: z.base64() }) },
        },
      },
      ({ params }) => assets.colours(params.id),
    );
    fastify.delete(
      '/scene-assets/:id',
      { ...admin, schema: { params: AssetPath } },
      async (request, reply) => {
        const inUse = new Set(scenes.list().flatMap(({ scene }) => assetsOf(scene)));
        await assets.delete(request.params.id, inUse);
        await reply.status(204).send();
      },
    );
    done();
  };
}

type Reply = { type(name: string): { header(name: string, value: string): { send(body: unknown): unknown } } }; // prettier-ignore

/** Its name is its hash, so it never changes. */
function picture(reply: Reply, path: string): unknown {
  const kept = 'private, max-age=31536000, immutable';
  return reply.type('image/png').header('cache-control', kept).send(createReadStream(path));
}

function uploads({ assets, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    takeBodiesAsStreams(instance);
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/scene-assets',
      {
        ...adminOnly({ isAdmin }),
        bodyLimit: MAX_ASSET_BYTES.video,
        schema: {
          security: [{ token: [] }],
          querystring: z.object({ kind: z.enum(ASSET_KINDS), name: z.string().max(300) }),
          response: { 201: SceneAsset },
        },
      },
      async ({ body, query: { kind, name } }, reply) => {
        const path = await saveBody(body, assets.folder, MAX_ASSET_BYTES[kind]);
        try {
          await reply.status(201).send(await assets.adopt(path, kind, name));
        } finally {
          await rm(path, { force: true });
          await rm(`${path}.png`, { force: true });
        }
      },
    );
    done();
  };
}

function showing({ registry, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });

    fastify.put(
      '/sessions/:id/scene',
      {
        ...admin,
        schema: { params: SessionPath, body: SceneSwitch, response: { 200: SessionScene } },
      },
      async ({ params, body }) => {
        const { scenes } = registry.get(params.id);
        await scenes.show(body);
        return scenes.state;
      },
    );
    fastify.put(
      '/sessions/:id/slide',
      {
        ...admin,
        schema: {
          params: SessionPath,
          body: z.object({ turn: SlideTurn }),
          response: { 200: SessionScene },
        },
      },
      async ({ params, body }) => {
        const { scenes } = registry.get(params.id);
        await scenes.turn(body.turn);
        return scenes.state;
      },
    );
    fastify.post(
      '/sessions/:id/point',
      {
        ...admin,
        schema: { params: SessionPath, body: ScenePoint, response: { 201: MotionPlayed } },
      },
      async ({ params, body }, reply) => {
        const script = await registry.get(params.id).pointAt(body.region, 'hand');
        await reply.status(201).send({ script });
      },
    );
    done();
  };
}
