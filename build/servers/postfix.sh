# A real MX: Maildir, STARTTLS, and three recipients that it refuses, each in its own way.
# It takes mail for late.test and then cannot deliver it: its report goes to the return path, and pNNNNN.inbound.test is port NNNNN of this machine.
postfix_packages="postfix openssl"

# Whom the delivered files belong to.
mail_uid=${SCAISEND_MAIL_UID:-$(id -u nobody)}

postfix_answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$postfix_port" || exit 1
    read -r -t 5 greeting <&3
    printf 'QUIT\r\n' >&3
    [[ $greeting == '220 mx1.a.test'* ]]
  ) 2>/dev/null
}

postfix_start() {
  local d=$dir/postfix
  mkdir -p "$d"/{etc,spool,data} "$d"/mail/all/{new,cur,tmp}
  chown postfix "$d/data" && chown -R "$mail_uid" "$d/mail"
  postfix_main >"$d/etc/main.cf"
  postfix_master >"$d/etc/master.cf"
  postfix_transport >"$d/etc/transport"
  [[ -f $d/etc/cert.pem ]] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=mx1.a.test -addext subjectAltName=DNS:mx1.a.test \
    -keyout "$d/etc/key.pem" -out "$d/etc/cert.pem" 2>/dev/null
  setsid postfix -c "$d/etc" start </dev/null >>"$d/start.log" 2>&1 6>&- 7>&- 8>&- 9>&- || fail "postfix cannot be had: it does not start (see $d/start.log)"
}

postfix_main() {
  cat <<EOF
compatibility_level = 3.6
queue_directory = $dir/postfix/spool
data_directory = $dir/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $dir/postfix/mail.log
maillog_file_prefixes = $dir
myhostname = mx1.a.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = ${listen/0.0.0.0/all}
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
alias_maps =
virtual_mailbox_domains = a.test, b.test, example.test, fallback.test, equal.test, implicit.test, xn--bcher-kva.test
virtual_mailbox_base = $dir/postfix/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:$mail_uid
virtual_gid_maps = static:$(id -g nobody)
virtual_mailbox_limit = 0
relay_domains = late.test
transport_maps = texthash:$dir/postfix/etc/transport
message_size_limit = 41943040
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions =
  check_recipient_access inline:{ {bounce@b.test=550 5.1.1 no such user} {later@b.test=450 4.2.0 greylisted, try again} {full@b.test=552 5.2.2 mailbox full} },
  reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = $dir/postfix/etc/cert.pem
smtpd_tls_key_file = $dir/postfix/etc/key.pem
EOF
}

# Not the error transport: mail for that one is refused before it is taken. Every port has a line, because Postfix computes no next hop from a pattern.
postfix_transport() {
  echo late.test undeliverable:
  seq 1024 65535 | sed "s/.*/p&.inbound.test smtp:[${SCAISEND_SERVERS_TESTS_HOST:-127.0.0.1}]:&/"
}

# Only the services that receiving, Maildir delivery and reports need, none of them in a chroot.
postfix_master() {
  cat <<EOF
$listen:$postfix_port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
undeliverable unix - n n - - pipe user=nobody argv=/bin/sh -c {echo no such user after all; exit 67}
smtp unix - - n - - smtp
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
EOF
}

# Postfix gives no folder on its master's command line; the pid file is locked by it as long as it lives.
postfix_stop() { terminate_pid_of "$dir/postfix/spool/pid/master.pid" postfix/sbin/master; }
postfix_kill() { kill_pid_of "$dir/postfix/spool/pid/master.pid" postfix/sbin/master; }
