# Stands in for the official redis image: same folder, same user name, same entrypoint.
ARG BASE
FROM ${BASE}

RUN mkdir -p /data && chown redis:redis /data
COPY redis-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
