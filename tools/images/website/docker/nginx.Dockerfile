# Stands in for examples/website/nginx/Dockerfile: the page was built outside already.
ARG BASE
FROM ${BASE}

RUN rm -f /etc/nginx/sites-enabled/default
COPY site.conf /etc/nginx/conf.d/default.conf
COPY dist /usr/share/nginx/html

STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
