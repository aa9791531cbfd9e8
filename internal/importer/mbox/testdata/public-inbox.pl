# Reads an mboxrd file into an empty inbox of public-inbox, and says how many mails and
# threads that has found in it.
use strict;
use warnings;
use PublicInbox::InboxWritable;

my ($file, $dir) = @ARGV;
my $inbox = PublicInbox::InboxWritable->new({
	name => 'picus', inboxdir => $dir, version => 2, indexlevel => 'basic', -primary_address => 'picus@example.org',
}, { nproc => 1 });
$inbox->init_inbox(1);
open(my $mbox, '<', $file) or die "$file: $!";
$inbox->import_mbox($mbox, 'mboxrd');
my ($mails, $threads) = $inbox->over->dbh->selectrow_array('SELECT count(*), count(DISTINCT tid) FROM over WHERE num > 0');
print "mails: $mails. threads: $threads.\n";
