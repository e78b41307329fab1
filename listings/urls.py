"""URLs of listings."""

from django.urls import path

from .views import alerts, calendar, calendar_files, duty, feeds, flags
from .views.freshness import letters as still_true
from .views.freshness import stale
from .views.members import join, people, settings, space, urgent
from .views.posting import compose, dates, edit, start, status, suggest, when
from .views.reports import index as report_index
from .views.reports import new as report_new
from .views.reports import report, yours
from .views.taking_part import booking, group, links
from .views.taking_part import missing as missing_views

urlpatterns = [
    path("<slug:place>/calendar.ics", calendar_files.place_file, name="calendar-file"),
    path("<slug:place>/calendar.svg", calendar_files.place_qr, name="calendar-qr"),
    path("alerts/new/", alerts.new, name="alert-new"),
    path("alerts/<uuid:uuid>/", alerts.alert, name="alert"),
    path("alerts/<uuid:uuid>/stop/", alerts.stop, name="alert-stop"),
    path("connections/<uuid:uuid>/flag/", flags.flag_connection, name="flag-connection"),
    path("duty/<uuid:uuid>/", duty.stop, name="duty-stop"),
    path("flags/<uuid:uuid>/", flags.mine, name="flag-mine"),
    path("flags/case/<uuid:uuid>/", flags.ours, name="flag-case-ours"),
    path("node/<uuid:uuid>/flag/", flags.flag_node, name="flag"),
    path("node/<uuid:uuid>/calendar/", calendar.node_calendar, name="node-calendar"),
    path("node/<uuid:uuid>/calendar.ics", calendar_files.node_file, name="node-calendar-file"),
    path("node/<uuid:uuid>/qr.svg", calendar_files.node_qr, name="node-qr"),
    path("groups/<uuid:uuid>/join/", join.group, name="group-join"),
    path("groups/<uuid:uuid>/space/", space.space, name="space"),
    path("groups/<uuid:uuid>/space/new/", space.new, name="space-new"),
    path("groups/<uuid:uuid>/space/members/", people.group, name="space-members"),
    path("groups/<uuid:uuid>/space/members.csv", people.group_file, name="space-members-file"),
    path("groups/<uuid:uuid>/space/settings/", settings.group, name="space-settings"),
    path("groups/<uuid:uuid>/space/urgent/", urgent.call, name="space-urgent"),
    path("groups/<uuid:uuid>/space/share/<uuid:listing>/", space.share, name="space-share"),
    path("members/<uuid:uuid>/leave/", join.leave, name="member-leave"),
    path("spaces/contact/<uuid:uuid>/", settings.contact, name="space-contact"),
    path("spaces/shared/<uuid:uuid>/", space.shared, name="space-shared"),
    path("spaces/urgent/<uuid:uuid>/", urgent.copy, name="urgent-copy"),
    path("<slug:place>/join/", join.place, name="place-join"),
    path("<slug:place>/members/", people.place, name="place-members"),
    path("<slug:place>/members/joining/", settings.place, name="place-joining"),
    path("<slug:place>/members.csv", people.place_file, name="place-members-file"),
    path("post/", start.start, name="post"),
    path("post/new/", compose.new, name="post-new"),
    path("post/check/", compose.check, name="post-check"),
    path("post/send/", compose.send, name="post-send"),
    path("post/sent/<uuid:uuid>/", status.sent, name="post-sent"),
    path("post/draft/<uuid:uuid>/throw-away/", compose.throw_away, name="post-throw-away"),
    path("post/suggest/", suggest.suggest, name="post-suggest"),
    path("post/feeds/", feeds.index, name="feeds"),
    path("post/feeds/of/<uuid:uuid>/", feeds.group, name="feeds-of-group"),
    path("post/feeds/<uuid:uuid>/", feeds.feed, name="feed"),
    path("post/feeds/<uuid:uuid>/venue/", feeds.venue, name="feed-venue"),
    path("post/when/", when.when, name="post-when"),
    path("post/<uuid:uuid>/", status.status, name="post-status"),
    path("post/<uuid:uuid>/dates/", dates.dates, name="post-dates"),
    path("post/<uuid:uuid>/dates/end/", dates.end, name="post-dates-end"),
    path("post/<uuid:uuid>/dates/<str:original>/", dates.one, name="post-date"),
    path("node/<uuid:uuid>/book/", booking.book, name="book"),
    path("bookings/<uuid:uuid>/", booking.booking, name="booking"),
    path("bookings/<uuid:uuid>/code.svg", booking.code, name="booking-code"),
    path("post/<uuid:uuid>/bookings/", group.index, name="bookings"),
    path("post/<uuid:uuid>/bookings/door/", group.door, name="bookings-door"),
    path("post/<uuid:uuid>/bookings/<uuid:date>/", group.one_date, name="bookings-date"),
    path("post/<uuid:uuid>/bookings/<uuid:date>/people.csv", group.file, name="bookings-file"),
    path("post/<uuid:uuid>/links/", links.links, name="listing-links"),
    path("tell-us/", missing_views.tell_us, name="tell-us"),
    path("stewards/missing/<uuid:uuid>/", missing_views.missing, name="missing"),
    path("stewards/stale/", stale.stale, name="stale"),
    path("still-true/<uuid:uuid>/", still_true.still_true, name="still-true"),
    path("still-true/all/<uuid:letter>/", still_true.all_true, name="still-true-all"),
    path("still-true/stop/<uuid:letter>/", still_true.stop, name="still-true-stop"),
    path("post/<uuid:uuid>/edit/", edit.edit, name="post-edit"),
    path("<slug:place>/reports/map.js", report_index.report_map, name="report-map"),
    path("reports/new/", report_new.new, name="report-new"),
    path("reports/sent/", report_new.sent, name="report-sent"),
    path("reports/<uuid:uuid>/", report.report, name="report"),
    path("reports/<uuid:uuid>/follow/", report.follow, name="report-follow"),
    path("reports/photos/<uuid:uuid>/", report.photo, name="report-photo"),
    path("reports/yours/<uuid:uuid>/", yours.yours, name="report-yours"),
    path("reports/yours/<uuid:uuid>/stop/", yours.stop, name="report-stop"),
    path("reports/reply/<uuid:uuid>/", yours.reply, name="report-reply"),
    path("reports/bodies/<uuid:uuid>/", yours.body, name="report-body"),
]
