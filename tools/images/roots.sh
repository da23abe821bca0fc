# Runs once, in the Debian image that all offline images take their files from.
# Lays out /roots/<name>: what is copied into an image that has these tools and no others.
set -eu

# collect ROOT PROGRAM...: copies programs with every library they load.
collect() {
  root=$1
  shift
  mkdir -p "$root"
  for program in "$@"; do
    file=/usr/bin/$program
    [ -e "$file" ] || file=/usr/sbin/$program
    echo "$file"
    # A static program has no libraries: ldd says so and fails.
    ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || true
  done | sort -u | xargs cp --dereference --parents --target-directory="$root"
}

# What a static program needs: certificates, time zones, names of users, a folder for the moment.
static=/roots/static
mkdir -p $static/etc/ssl/certs $static/usr/share $static/root $static/tmp
chmod 1777 $static/tmp
cp /etc/ssl/certs/ca-certificates.crt $static/etc/ssl/certs/
cp -r /usr/share/zoneinfo $static/usr/share/
rm -rf $static/usr/share/zoneinfo/posix $static/usr/share/zoneinfo/right
cat >$static/etc/passwd <<'END'
root:x:0:0:root:/root:/bin/sh
curl_user:x:100:101:curl:/home/curl_user:/sbin/nologin
node:x:1000:1000:node:/home/node:/bin/sh
loki:x:10001:10001:loki:/:/sbin/nologin
nobody:x:65534:65534:nobody:/home:/bin/false
END
cat >$static/etc/group <<'END'
root:x:0:
curl_group:x:101:
node:x:1000:
loki:x:10001:
nobody:x:65534:
END

# Debian's dynamic busybox crashes in wget on some machines; the static one does not.
busybox=/roots/busybox
mkdir -p $busybox/bin $busybox/usr/bin
cp /bin/busybox $busybox/bin/
for applet in $(/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$busybox/bin/$applet"
done
ln -s /bin/env $busybox/usr/bin/env

collect /roots/curl curl
collect /roots/nginx nginx
collect /roots/bash bash sh cat date echo env grep head id ls mkdir rm sed sleep sort tail test tr true wc
ln -s usr/bin /roots/bash/bin
