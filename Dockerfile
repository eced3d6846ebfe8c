FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# Optional packages are the embedded PostgreSQL, which does not run here. tsx runs TypeScript in a checkout; here it is
# compiled.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/tsx node_modules/esbuild node_modules/.bin

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="rowferry" org.opencontainers.image.licenses="MIT"
# Without keys, or on the embedded servers, production does not start.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY bin/rowferry.mjs bin/ensure-installed.mjs bin/
# A new volume takes over the owner of the folder it is mounted on.
RUN ln -s /app/bin/rowferry.mjs /usr/local/bin/rowferry && install -d -o 1000 -g 1000 -m 700 /data
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
ENTRYPOINT ["node", "--enable-source-maps", "/app/dist/src/main.js"]
CMD ["api"]
